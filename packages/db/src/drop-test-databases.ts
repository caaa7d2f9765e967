import type { TestProject } from 'vitest/node';
import { dropTestDatabases } from './testing.ts';

/** What Vitest does for each project: nothing before its tests, and after them their databases go. */
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
