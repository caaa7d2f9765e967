import { destination, pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>;

/** One JSON line an entry, on standard error: standard output is for what the person who started it should read. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.cookie', '*.authorization', '*.password', '*.passwordHash', '*.token'],
        censor: '[hidden]',
      },
    },
    destination(2),
  );
}
