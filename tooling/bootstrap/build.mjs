import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { runCommand } from './command.mjs';
import { UserError } from './user-error.mjs';
import { withProgress } from './progress.mjs';
import { TURBO_OPTIONS, turboBinary, turboEnvironment } from './turbo.mjs';

/** The sources are at fault, not the machine. */
export class BuildFailed extends UserError {}

/** Longer than turbo takes to see that everything is built. */
const SILENT_MS = 700;

/**
 * Builds the web app, and of what it needs whatever is stale. turbo decides: it compares the contents of all inputs
 * and outputs and has the answer in about 30 ms.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {import('./command.mjs').Work} work
 */
export async function buildWhatIsStale(clone, { isVerbose, stop, onStart }) {
  const texts = { doing: 'Building the web app…', done: 'Built the web app', afterMs: SILENT_MS, isVerbose };
  const logs = isVerbose ? '--output-logs=full' : '--output-logs=errors-only';
  const { code, output } = await withProgress(texts, () =>
    runCommand([turboBinary(clone), 'run', 'build', '--filter=@latchkey/web...', logs, ...TURBO_OPTIONS], {
      cwd: clone.root,
      node: clone.node,
      env: turboEnvironment(clone, process.env),
      output: isVerbose ? 'echo' : 'keep',
      stop,
      onStart,
    }),
  );
  if (code !== 0)
    throw new BuildFailed('The web app could not be built; why is said above.', {
      detail: isVerbose ? '' : output,
    });
  if (!existsSync(clone.build)) {
    throw new BuildFailed(`The build ended well and yet there is no ${relative(clone.root, clone.build)}.`);
  }
}
