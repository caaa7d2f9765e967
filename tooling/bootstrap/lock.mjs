import { linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isRunning } from './process-identity.mjs';

/**
 * @typedef {import('./process-identity.mjs').ProcessIdentity} ProcessIdentity
 *
 * @typedef {object} Holder
 * @property {ProcessIdentity} process
 * @property {ProcessIdentity} [worker] what the process started and must have ended before the lock is anybody else's
 *
 * @typedef {object} Lock
 * @property {(pid: number) => void} setWorker names the process that works under the lock
 * @property {() => void} release
 */

const LOOK_AGAIN_MS = 100;

/**
 * Waits until this process holds the lock of that name. At most one process has it at a time; one whose holder died,
 * however it died, is free. Ending the process releases it.
 *
 * The lock is a file per turn (`setup.7.lock`): whoever creates the next turn's file has the lock, and the newest turn
 * is never removed, only marked as over. So nobody ever removes a lock to take it, and two processes that both find
 * the holder dead compete for the same next file, which only one of them can create.
 *
 * @param {string} folder
 * @param {string} name
 * @param {object} [options]
 * @param {(holder: ProcessIdentity) => void} [options.onWait] called once, when somebody else has the lock
 * @param {() => void} [options.onLook] called before every look; what it throws ends the waiting
 * @returns {Promise<Lock>}
 */
export async function takeLock(folder, name, { onWait = () => {}, onLook = () => {} } = {}) {
  mkdirSync(folder, { recursive: true });
  const turns = turnsIn(folder, name);
  const self = { process: identifyProcess(process.pid) };
  let isWaiting = false;

  for (;;) {
    onLook();
    const last = turns.last();
    const keeper = last.holder && livingPartOf(last.holder);
    if (!keeper) {
      const turn = last.turn + 1;
      if (turns.claim(turn, self)) return hold(turns, turn, self);
      continue;
    }
    if (!isWaiting) onWait(keeper);
    isWaiting = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** @param {Holder} holder */
function livingPartOf(holder) {
  if (isRunning(holder.process)) return holder.process;
  return holder.worker && isRunning(holder.worker) ? holder.worker : undefined;
}

/**
 * @param {ReturnType<typeof turnsIn>} turns
 * @param {number} turn
 * @param {Holder} self
 * @returns {Lock}
 */
function hold(turns, turn, self) {
  const release = () => {
    process.off('exit', release);
    turns.rewrite(turn, null);
  };
  process.on('exit', release);
  return {
    setWorker: (pid) => turns.rewrite(turn, { ...self, worker: identifyProcess(pid) }),
    release,
  };
}

/**
 * The turns of one lock, as files.
 *
 * @param {string} folder
 * @param {string} name
 */
export function turnsIn(folder, name) {
  /** @param {number} turn */
  const fileOf = (turn) => join(folder, `${name}.${turn}.lock`);
  const numbers = () =>
    readdirSync(folder)
      .filter((file) => file.startsWith(`${name}.`) && file.endsWith('.lock'))
      .map((file) => Number(file.slice(name.length + 1, -'.lock'.length)))
      .filter(Number.isInteger);

  return {
    /** @returns {{ turn: number, holder?: Holder | null }} `turn` 0 before the first one */
    last() {
      const turn = Math.max(0, ...numbers());
      return turn === 0 ? { turn } : { turn, holder: readHolder(fileOf(turn)) };
    },

    /**
     * @param {number} turn
     * @param {Holder} holder
     * @returns {boolean} false when somebody else was quicker
     */
    claim(turn, holder) {
      // Linked into place, so the file is never there without its content.
      const draft = writeDraft(fileOf(turn), holder);
      try {
        linkSync(draft, fileOf(turn));
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
        throw error;
      } finally {
        rmSync(draft);
      }
      // Between our look and our claim this very turn may have come, gone and been cleared away.
      const all = numbers();
      const isNewest = Math.max(...all) === turn;
      for (const other of all)
        if (isNewest ? other < turn : other === turn) rmSync(fileOf(other), { force: true });
      return isNewest;
    },

    /**
     * Only the holder of a turn rewrites it.
     *
     * @param {number} turn
     * @param {Holder | null} holder
     */
    rewrite(turn, holder) {
      renameSync(writeDraft(fileOf(turn), holder), fileOf(turn));
    },
  };
}

/**
 * @param {string} file
 * @param {Holder | null} holder
 */
function writeDraft(file, holder) {
  const draft = `${file}-${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder));
  return draft;
}

/**
 * @param {string} file
 * @returns {Holder | null} null when the turn is over
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Cleared away by a newer turn, which the next look finds; or emptied by a crash of the whole machine.
    return null;
  }
}
