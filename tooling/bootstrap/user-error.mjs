/** Something a person can put right. Its message is the sentence they read; there is no stack trace to it. */
export class UserError extends Error {
  /**
   * @param {string} message what was found and what to do, in one line
   * @param {{ detail?: string }} [options] `detail`: output of another program that shows it
   */
  constructor(message, { detail = '' } = {}) {
    super(message);
    this.detail = detail;
  }
}

/** The person, or the system, wants this to end. */
export class Stopped extends Error {
  /** @param {NodeJS.Signals | 'orphaned'} reason a signal, or that the npm which started us is gone */
  constructor(reason) {
    super(`Stopped (${reason}).`);
    this.reason = reason;
  }
}

/** What a shell answers for a process that this signal ended. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, orphaned: 129 };

/**
 * Runs a command of the bootstrap to its end and ends the process with the right exit code.
 *
 * @param {() => Promise<number>} command answers the exit code
 */
export async function exitWith(command) {
  process.exit(await command().catch(explain));
}

/**
 * @param {unknown} error
 * @returns {number} the exit code
 */
function explain(error) {
  if (error instanceof Stopped) {
    process.stderr.write(`${error.message}\n`);
    return EXIT_CODES[/** @type {keyof typeof EXIT_CODES} */ (error.reason)] ?? 1;
  }
  if (error instanceof UserError) {
    process.stderr.write(`${error.detail && `${error.detail.trimEnd()}\n\n`}${error.message}\n`);
    return 1;
  }
  if (isRefusedWrite(error)) {
    process.stderr.write(
      `${error.path ?? 'The clone'} cannot be written. Give this user the right to, or clone anew.\n`,
    );
    return 1;
  }
  // Not foreseen, so a mistake of ours: here the stack is what helps.
  console.error(error);
  return 1;
}

/**
 * A clone that belongs to somebody else, or that lies on a file system for reading only.
 *
 * @param {unknown} error
 * @returns {error is NodeJS.ErrnoException}
 */
function isRefusedWrite(error) {
  return (
    error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))
  );
}
