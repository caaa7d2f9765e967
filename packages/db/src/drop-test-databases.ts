import type { TestProject } from 'vitest/node';
import { dropTestDatabases } from './testing.ts';

/** The global setup of Vitest for each project: drops the test databases after the tests. */
export default function setUp(project: TestProject): () => Promise<void> {
  const {
    LATCHKEY_TEST_ENGINE: engine,
    LATCHKEY_TEST_RUN: run,
    LATCHKEY_SKIP_REASON: problem,
  } = project.config.env;
  return async () => {
    if (run === undefined || problem !== undefined) return;
    if (engine === 'postgresql' || engine === 'mysql') await dropTestDatabases(run, engine);
  };
}
