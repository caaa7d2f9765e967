import { run } from './command-line.ts';
import { usersProgram } from './users/program.ts';

/** `pnpm users …`: who has an account. */
await run(usersProgram());
