import { run } from './command-line.ts';
import { createShellProgram } from './shell/program.ts';

/** `pnpm shell`. Equivalent of `flask shell`. */
await run(createShellProgram());

// Timers and connections that the statements have left open do not keep the process running.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit();
