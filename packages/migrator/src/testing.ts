export { rowsOf, runSql, temporaryProject, type Entities, type TemporaryProject } from './project.fixture.ts';
