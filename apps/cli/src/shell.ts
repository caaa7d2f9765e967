import { run } from './command-line.ts';
import { shellProgram } from './shell/program.ts';

/** `pnpm shell`: the application, to talk to. Twin of `flask shell`. */
await run(shellProgram());
