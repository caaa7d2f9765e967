import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const INTERVAL_MS = 500;
const SHELL = /^(sh|dash|bash|ash|busybox|ksh|zsh)$/;
const PACKAGE_MANAGER = /^(npm|pnpm)(-cli)?(\.[cm]?js)?$/;

/**
 * Calls back when a process of the package manager that runs this script has ended.
 *
 * npm forwards its signals to the shell between us, which ignores them, and forwards nothing when it is killed. pnpm is
 * two processes, and the outer one forwards no signals at all.
 *
 * @param {() => void} onEnd
 */
export function watchLaunchers(onEnd) {
  if (!process.env.npm_lifecycle_event) return;
  const launchers = findLaunchers(process.ppid);
  const areRunning = () =>
    process.ppid === launchers[0] &&
    launchers.slice(1).every((launcher, index) => readParentPid(launchers[index] ?? 0) === launcher);

  const timer = setInterval(() => {
    if (areRunning()) return;
    clearInterval(timer);
    onEnd();
  }, INTERVAL_MS);
  timer.unref();
}

/**
 * The parent process, and above it the processes of the package manager. Their own parent is not included: npm may have
 * been started to outlive its terminal.
 *
 * @param {number} parent
 * @returns {number[]} process ids, from the parent upwards
 */
function findLaunchers(parent) {
  const launchers = [parent];
  let next = readParentPid(parent);
  if (SHELL.test(readProgram(parent)) && next > 0) {
    launchers.push(next);
    next = readParentPid(next);
  }
  for (; PACKAGE_MANAGER.test(readProgram(next)); next = readParentPid(next)) launchers.push(next);
  return launchers;
}

/**
 * The file name of a process's program, or of the script that Node runs.
 *
 * @param {number} pid
 */
function readProgram(pid) {
  // npm writes its whole command line into the first argument.
  const words = readProc(pid, 'cmdline').split(/[\0 ]+/);
  const [program = '', script = ''] = words.map((word) => basename(word));
  return program === 'node' ? script : program;
}

/**
 * proc_pid_stat(5): the name is in parentheses and may contain any character. The state and the parent's id follow it.
 *
 * @param {number} pid
 * @returns {number} 0 if the process has ended or the system has no /proc
 */
function readParentPid(pid) {
  return Number(/.*\) \S+ (\d+)/s.exec(readProc(pid, 'stat'))?.[1] ?? 0);
}

/**
 * @param {number} pid
 * @param {'cmdline' | 'stat'} file
 */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
