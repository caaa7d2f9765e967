import { findCommand, isExecutable } from './host-commands.mjs';
import { UserError } from './user-error.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The path of the browser for the browser tests, or an empty string when none is installed.
 *
 * @param {NodeJS.ProcessEnv} environment `LATCHKEY_CHROMIUM` is the path of one, or empty to use none
 * @param {(path: string) => boolean} [canRun]
 * @returns {string}
 */
export function findChromium(environment, canRun = isExecutable) {
  const { LATCHKEY_CHROMIUM } = environment;
  if (LATCHKEY_CHROMIUM && !canRun(LATCHKEY_CHROMIUM)) {
    throw new UserError(
      `LATCHKEY_CHROMIUM: found "${LATCHKEY_CHROMIUM}", which is not an executable file; expected the path of a Chromium.`,
    );
  }
  if (LATCHKEY_CHROMIUM !== undefined) return LATCHKEY_CHROMIUM;

  return findCommand(COMMANDS, environment, canRun) ?? APPLICATIONS.find(canRun) ?? '';
}
