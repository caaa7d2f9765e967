import { run } from './command-line.ts';
import { createShellProgram } from './shell/program.ts';

/** `pnpm shell`. Equivalent of `flask shell`. */
await run(createShellProgram());
