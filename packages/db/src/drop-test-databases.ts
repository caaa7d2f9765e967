import type { TestProject } from 'vitest/node';
import { dropTestDatabases, enginesUnderTest, removeTestFolders } from './testing.ts';

/** The global setup of Vitest for each project: removes what the tests have left, after them. */
export default function setUp(project: TestProject): () => Promise<void> {
  const { LATCHKEY_TEST_RUN: run, LATCHKEY_SKIP_REASON: problem } = project.config.env;
  return async () => {
    if (run === undefined || problem !== undefined) return;
    // On every server: tests of the SQLite project may use the others too.
    for (const { engine, problem: absence } of await enginesUnderTest()) {
      if (engine !== 'sqlite' && absence === null) await dropTestDatabases(run, engine);
    }
    await removeTestFolders(run);
  };
}
