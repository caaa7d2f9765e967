import { run } from './command-line.ts';
import { dbProgram } from './db/program.ts';

/** `pnpm db …`. Equivalent of `flask db`. */
await run(dbProgram());
