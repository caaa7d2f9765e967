import { CommandError } from './command-error.ts';

/**
 * An unforeseen error without its message, which may contain the values of a row, such as a password hash: the type, the code and the
 * stack are shown. Returns an expected error unchanged.
 */
export function hideValues(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || 'reason' in error) return error;
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const sentence = `${what} failed: ${error.name}${code}. The message is not shown, because it may contain a password hash.`;
  return new CommandError([sentence, ...frames].join('\n'), { cause: error });
}

/** Whether the message may have a statement with its values: errors of MikroORM, and those of the drivers. */
export const isStatementError = (error: unknown): boolean =>
  error instanceof Error &&
  (/Exception$|^SqliteError$/.test(error.name) || 'sqlMessage' in error || 'severity' in error);
