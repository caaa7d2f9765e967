const REDRAW_MS = 1_000;
const REMIND_MS = 10_000;

/**
 * Says what is being done for as long as it takes: on a terminal one line that counts the seconds, elsewhere a line
 * now and then. Says nothing about what is over before `afterMs`.
 *
 * @template T
 * @param {object} options
 * @param {string} options.doing
 * @param {string} options.done
 * @param {number} [options.afterMs]
 * @param {boolean} [options.isVerbose] other output comes in between, so there is no line to come back to
 * @param {NodeJS.WriteStream} [options.stream]
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress({ doing, done, afterMs = 0, isVerbose, stream = process.stderr }, work) {
  const line = stream.isTTY && !isVerbose ? oneLine(stream, doing) : plainLines(stream, doing);
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000);
  /** @type {NodeJS.Timeout | undefined} */
  let ticks;
  const begin = () => {
    line.begin(seconds());
    ticks = setInterval(() => line.tick(seconds()), line.everyMs);
  };
  const delay = afterMs > 0 ? setTimeout(begin, afterMs) : void begin();

  try {
    const result = await work();
    if (ticks) line.end(`${done} in ${seconds()} s.\n`);
    return result;
  } catch (error) {
    if (ticks) line.end('');
    throw error;
  } finally {
    clearTimeout(delay);
    clearInterval(ticks);
  }
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} doing
 */
function oneLine(stream, doing) {
  /** @param {number} seconds */
  const draw = (seconds) => void stream.write(`\r${`${doing} ${seconds} s`.slice(0, stream.columns - 1)}`);
  return {
    everyMs: REDRAW_MS,
    begin: draw,
    tick: draw,
    /** @param {string} text */
    end: (text) => void stream.write(`\r\x1b[K${text}`),
  };
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} doing
 */
function plainLines(stream, doing) {
  return {
    everyMs: REMIND_MS,
    begin: () => void stream.write(`${doing}\n`),
    /** @param {number} seconds */
    tick: (seconds) => void stream.write(`${doing} ${seconds} s\n`),
    /** @param {string} text */
    end: (text) => void stream.write(text),
  };
}
