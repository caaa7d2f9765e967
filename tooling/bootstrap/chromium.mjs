import { findCommand, isProgram } from './machine.mjs';
import { UserError } from './user-error.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The browser that the browser tests use, or an empty text when the machine has none.
 *
 * @param {NodeJS.ProcessEnv} environment `LATCHKEY_CHROMIUM` names one, or, empty, says to do without
 * @param {(path: string) => boolean} [canRun]
 * @returns {string}
 */
export function findChromium(environment, canRun = isProgram) {
  const { LATCHKEY_CHROMIUM } = environment;
  if (LATCHKEY_CHROMIUM && !canRun(LATCHKEY_CHROMIUM)) {
    throw new UserError(
      `LATCHKEY_CHROMIUM is "${LATCHKEY_CHROMIUM}", which is no program; give the path of a Chromium, or leave it unset.`,
    );
  }
  if (LATCHKEY_CHROMIUM !== undefined) return LATCHKEY_CHROMIUM;

  return findCommand(COMMANDS, environment, canRun) ?? APPLICATIONS.find(canRun) ?? '';
}
