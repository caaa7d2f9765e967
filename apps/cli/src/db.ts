import { run } from './command-line.ts';
import { dbProgram } from './db/program.ts';

/** `pnpm db …`: migrations and data. Twin of `flask db`. */
await run(dbProgram());
