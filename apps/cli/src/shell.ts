import { run } from './command-line.ts';
import { shellProgram } from './shell/program.ts';

/** `pnpm shell`. Equivalent of `flask shell`. */
await run(shellProgram());
