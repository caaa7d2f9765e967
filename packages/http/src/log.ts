import { destination, pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>;

/** Creates a log with one JSON line per entry, on standard error. Standard output is for messages to the operator. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: errorWithoutValues },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.cookie', '*.authorization', '*.password', '*.passwordHash', '*.token'],
        censor: '[hidden]',
      },
    },
    destination(2),
  );
}

/** The standard properties of an error. Database drivers add the statement and its parameters, which may be secret. */
function errorWithoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    code,
    stack,
    ...(cause instanceof Error && { cause: errorWithoutValues(cause) }),
  };
}
