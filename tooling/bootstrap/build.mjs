import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { withProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { TURBO_OPTIONS, turboBinary, turboEnvironment } from './turbo.mjs';
import { UserError } from './user-error.mjs';

/** The build of the sources failed. */
export class BuildError extends UserError {}

/** turbo needs less time to find that nothing is stale. */
const SILENT_MS = 700;

/**
 * Builds the web app and its dependencies, if they are stale. turbo compares the contents of all inputs and outputs,
 * which takes about 30 ms.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {import('./run-command.mjs').StepOptions} options
 */
export async function buildWebApp(clone, { isVerbose, stop, lock }) {
  const texts = { doing: 'Building the web app…', done: 'Built the web app', afterMs: SILENT_MS, isVerbose };
  const logs = isVerbose ? '--output-logs=full' : '--output-logs=errors-only';
  const { code, output } = await withProgress(texts, () =>
    runCommand([turboBinary(clone), 'run', 'build', '--filter=@latchkey/web...', logs, ...TURBO_OPTIONS], {
      cwd: clone.root,
      node: clone.node,
      env: turboEnvironment(clone, process.env),
      output: isVerbose ? 'echo' : 'capture',
      stop,
      lock,
    }),
  );
  if (code !== 0)
    throw new BuildError('The web app could not be built. See the output above.', {
      detail: isVerbose ? '' : output,
    });
  if (!existsSync(clone.build)) {
    throw new BuildError(`The build succeeded, but ${relative(clone.root, clone.build)} does not exist.`);
  }
}
