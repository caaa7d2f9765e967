import { destination, pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>;

/** One JSON line an entry, on standard error: standard output is for what the person who started it should read. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: withoutValues },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.cookie', '*.authorization', '*.password', '*.passwordHash', '*.token'],
        censor: '[hidden]',
      },
    },
    destination(2),
  );
}

/** What an error says of itself. Drivers hang whole statements on theirs, with passwords' hashes in them: those stay out. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { type: name, message, code, stack, ...(cause instanceof Error && { cause: withoutValues(cause) }) };
}
