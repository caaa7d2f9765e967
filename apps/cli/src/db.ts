import { run } from './command-line.ts';
import { createDbProgram } from './db/program.ts';

/** `pnpm db …`. Equivalent of `flask db`. */
await run(createDbProgram());
