import { run } from './command-line.ts';
import { createUsersProgram } from './users/program.ts';

/** `pnpm users …` */
await run(createUsersProgram());
