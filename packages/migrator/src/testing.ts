export { rowsOf, runSql, temporaryProject, type Entities, type TemporaryProject } from './project.fixture.ts';
export { extendApplication, type ExtendedApplication } from './extended-application.fixture.ts';
