import { run } from './command.ts';
import { shellProgram } from './shell/program.ts';

/** `pnpm shell`: the application, to talk to. Twin of `flask shell`. */
await run(shellProgram());
