import { run } from './command-line.ts';
import { usersProgram } from './users/program.ts';

/** `pnpm users …` */
await run(usersProgram());
