import { inspect } from 'node:util';
import { explain } from '@latchkey/http';
import { InvalidSyntax, typedFrame, type Position } from './evaluator.ts';

export type Circumstances = {
  readOnly: boolean;
  /** Whether the input has several lines, so that the message contains the position of the error. */
  isLong?: boolean;
};

/**
 * The message for an error of the input. One line for expected errors: those with a `reason`, those of the API, the ORM
 * and the database, and simple mistakes in the input itself. Any other error is printed with its stack.
 */
export function explainError(error: unknown, { readOnly, isLong = false }: Circumstances): string {
  if (!(error instanceof Error)) return `Thrown: ${typeof error === 'string' ? error : inspect(error)}`;
  const missing = missingImport(error);
  if (missing)
    return `${missing} is not available in the shell. Use require('node:fs'), which loads ES modules too.`;
  if (error instanceof InvalidSyntax)
    return isLong ? withPosition(error.message, error.position) : error.message;
  if (readOnly && isRefusedWrite(error))
    return 'This shell is read-only: nothing was written. Start it without --read-only to write.';
  if ('reason' in error) return explain(error);
  if (error.name === 'TRPCClientError') return formatApiError(error, readOnly);
  if (isDatabaseError(error)) return `${error.name}: ${withoutStatement(error.message)}`;
  if (isInputMistake(error)) return formatUserError(error, isLong);
  return removeForeignFrames(explain(error));
}

const withPosition = (sentence: string, { line, column }: Position) =>
  `${sentence} (line ${line}, column ${column})`;

function formatApiError({ message }: Error, readOnly: boolean): string {
  return readOnly ? `${message} (This shell is read-only, which may be the reason.)` : message;
}

/** SQLite, PostgreSQL's read_only_sql_transaction, MySQL. */
const readOnlyCodes = ['SQLITE_READONLY', '25006', 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION'];

function isRefusedWrite(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && readOnlyCodes.includes(String(error.code))) || isRefusedWrite(error.cause);
}

/** Errors of MikroORM, and those of the drivers, which it passes on. */
const isDatabaseError = (error: Error) =>
  /Exception$|^ValidationError$|^OptimisticLockError$|^NotFoundError$|^CursorError$|^SqliteError$/.test(
    error.name,
  );

/** MikroORM prefixes the database's message with the whole statement and its values, which may include hashes. */
function withoutStatement(message: string): string {
  const separator = message.lastIndexOf(' - ');
  const isStatement =
    /^(select|insert|update|delete|with|create|alter|drop|begin|set|pragma|replace)\b/i.test(message);
  return (isStatement && separator >= 0 ? message.slice(separator + 3) : message).replace(/\s*\n\s*/g, ' ');
}

/** Which kind of import the error is about; null for any other error. */
function missingImport(error: Error): string | null {
  if ('code' in error && error.code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING') return 'import()';
  const isStatement = error instanceof InvalidSyntax && error.message.includes('Cannot use import statement');
  return isStatement ? 'import' : null;
}

/** Whether the input itself threw it, and not a function that it called. */
function isInputMistake(error: Error): boolean {
  if (!['SyntaxError', 'ReferenceError', 'TypeError', 'RangeError'].includes(error.name)) return false;
  const [frame = ''] = listFrames(error.stack ?? '');
  return /^\s+at <anonymous>:/.test(frame);
}

/** A ReferenceError needs no position: it contains the name that is wrong. */
function formatUserError({ name, message, stack = '' }: Error, isLong: boolean): string {
  const sentence = `${name}: ${message}`;
  const [, line, column] = /^\s+at <anonymous>:(\d+):(\d+)$/m.exec(stack) ?? [];
  if (!isLong || name === 'ReferenceError' || line === undefined) return sentence;
  return withPosition(sentence, { line: Number(line), column: Number(column) });
}

const listFrames = (stack: string) => stack.split('\n').filter(isFrame);

const maxFrames = 10;

const isFrame = (line: string) => /^\s+at /.test(line);
const isPackageFrame = (frame: string) => /[/(\s](node:|.*\/node_modules\/)/.test(frame);
const isShellFrame = (line: string) =>
  /^\s+at (Session\.post |.*\/cli\/src\/shell\/(evaluator|script|run-shell)\.ts:)/.test(line);

/**
 * Removes the frames of the shell below the input, and the frames of packages between the input and the error. Where the
 * stack has no frame of the input, the packages' frames are kept.
 */
function removeForeignFrames(stack: string): string {
  const lines = stack.split('\n');
  const message = lines.filter((line) => !isFrame(line));
  const frames = lines.filter((line) => isFrame(line) && !isShellFrame(line));
  const typed = frames.findLastIndex((frame) => typedFrame.test(frame));
  const kept = typed < 0 ? frames : frames.slice(0, typed + 1).filter((frame) => !isPackageFrame(frame));
  return [...message, ...kept.slice(0, maxFrames)].join('\n');
}
