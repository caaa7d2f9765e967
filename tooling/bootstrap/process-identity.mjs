import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ProcessIdentity A process as it can be told from a later one with the same number.
 * @property {number} pid
 * @property {string} since when it began, in the system's own terms; empty when the system does not say
 */

/**
 * @param {number} pid
 * @returns {ProcessIdentity}
 */
export function identifyProcess(pid) {
  return { pid, since: (process.platform === 'linux' ? sinceFromProc(pid) : sinceFromPs(pid)) ?? '' };
}

/**
 * Is the very process that was described still running? A later process with its number is not it, and neither is a
 * dead one that its parent has not collected yet.
 *
 * @param {ProcessIdentity} described
 */
export function isRunning({ pid, since }) {
  if (!answers(pid)) return false;
  const now = identifyProcess(pid).since;
  return since === '' || now === '' || now === since;
}

/**
 * The process that started another one, while it lives; 0 where the system does not say.
 *
 * @param {number} pid
 */
export function parentOf(pid) {
  return Number(procFields(pid)?.[1] ?? 0);
}

/**
 * The words that a process was started with; none where the system does not say.
 *
 * @param {number} pid
 */
export function commandLineOf(pid) {
  // npm puts its words into one, as its title.
  return (readQuietly(`/proc/${pid}/cmdline`) ?? '').split(/[\0 ]+/).filter(Boolean);
}

/** @param {number} pid */
function answers(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * The boot's id and the clock tick since it at which the process began: after a restart the same number at the same
 * tick is somebody else.
 *
 * @param {number} pid
 */
function sinceFromProc(pid) {
  const fields = procFields(pid);
  if (!fields) return undefined;
  if (fields[0] === 'Z') return 'ended';
  return `${readQuietly('/proc/sys/kernel/random/boot_id')?.trim()}/${fields[19]}`;
}

/**
 * proc_pid_stat(5): the name stands in parentheses and may itself hold any character; the fields after it are plain,
 * state, ppid, … starttime being the 20th of them.
 *
 * @param {number} pid
 */
function procFields(pid) {
  return /.*\) (.*)/s.exec(readQuietly(`/proc/${pid}/stat`) ?? '')?.[1]?.split(' ');
}

/** @param {number} pid */
function sinceFromPs(pid) {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return state?.startsWith('Z') ? 'ended' : start.join(' ');
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function readQuietly(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
