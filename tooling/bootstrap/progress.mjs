const REDRAW_MS = 1_000;
const REPEAT_MS = 10_000;

/**
 * Shows the progress of a piece of work: on a terminal in one line that counts the seconds, otherwise in a line every
 * ten seconds. Shows nothing if the work ends within `afterMs`.
 *
 * @template T
 * @param {object} options
 * @param {string} options.doing
 * @param {string} options.done
 * @param {number} [options.afterMs]
 * @param {boolean} [options.isVerbose] the work prints output of its own, so no line can be redrawn
 * @param {NodeJS.WriteStream} [options.stream]
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress({ doing, done, afterMs = 0, isVerbose, stream = process.stderr }, work) {
  const line = stream.isTTY && !isVerbose ? redrawnLine(stream, doing) : plainLines(stream, doing);
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const begin = () => {
    line.begin(seconds());
    timer = setInterval(() => line.tick(seconds()), line.everyMs);
  };
  const delay = afterMs > 0 ? setTimeout(begin, afterMs) : void begin();

  try {
    const result = await work();
    if (timer) line.end(`${done} in ${seconds()} s.\n`);
    return result;
  } catch (error) {
    if (timer) line.end('');
    throw error;
  } finally {
    clearTimeout(delay);
    clearInterval(timer);
  }
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} doing
 */
function redrawnLine(stream, doing) {
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
    everyMs: REPEAT_MS,
    begin: () => void stream.write(`${doing}\n`),
    /** @param {number} seconds */
    tick: (seconds) => void stream.write(`${doing} ${seconds} s\n`),
    /** @param {string} text */
    end: (text) => void stream.write(text),
  };
}
