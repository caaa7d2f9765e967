/** An error that the user can correct. Its message is printed without a stack trace. */
export class UserError extends Error {
  /**
   * @param {string} message one line: what was found and what to do
   * @param {{ detail?: string }} [options] `detail`: output of another program, printed above the message
   */
  constructor(message, { detail = '' } = {}) {
    super(message);
    this.detail = detail;
  }
}

/** The user or the system has requested that this process ends. */
export class Stopped extends Error {
  /** @param {NodeJS.Signals | 'orphaned'} reason a signal, or the end of the npm that started this process */
  constructor(reason) {
    super(`Stopped (${reason}).`);
    this.reason = reason;
  }
}

/** 128 + the signal's number, as a shell reports it. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, orphaned: 129 };

/**
 * Runs a command of the bootstrap and ends the process with its exit code.
 *
 * @param {() => Promise<number>} command
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
  if (isWriteRefused(error)) {
    process.stderr.write(
      `${error.path ?? 'The clone'} is not writable. Grant this user write access, or clone the repository again.\n`,
    );
    return 1;
  }
  // An unexpected error is a defect of the bootstrap: the stack trace helps.
  console.error(error);
  return 1;
}

/**
 * True for files of another user and for read-only file systems.
 *
 * @param {unknown} error
 * @returns {error is NodeJS.ErrnoException}
 */
function isWriteRefused(error) {
  return (
    error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))
  );
}
