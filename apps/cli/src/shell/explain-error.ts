import { inspect } from 'node:util';
import { explain } from '@latchkey/http';
import { typedFrame, Unparsable, type Place } from './evaluator.ts';

export type Circumstances = {
  readOnly: boolean;
  /** Whether what was typed has several lines, so that it has to be said where an error is. */
  isLong?: boolean;
};

/**
 * What somebody at the prompt is told of an error. One line for what can be foreseen: what we say ourselves, what the API
 * answers, what the ORM and the database object to, and slips of the typing. With the stack for anything else.
 */
export function explainError(error: unknown, { readOnly, isLong = false }: Circumstances): string {
  if (!(error instanceof Error)) return `Thrown: ${typeof error === 'string' ? error : inspect(error)}`;
  const missing = missingImport(error);
  if (missing)
    return `${missing} is not to be had here. Use require('node:fs'), which brings modules of either kind.`;
  if (error instanceof Unparsable) return isLong ? withPlace(error.message, error.place) : error.message;
  if ('reason' in error) return explain(error);
  if (readOnly && isRefusedWrite(error))
    return 'This shell only reads: nothing was written. Start it without --read-only to write.';
  if (error.name === 'TRPCClientError') return ofTheApi(error, readOnly);
  if (isOfTheDatabase(error)) return `${error.name}: ${withoutStatement(error.message)}`;
  if (isSlip(error)) return ofSlip(error, isLong);
  return withoutOthersFrames(explain(error));
}

const withPlace = (sentence: string, { line, column }: Place) =>
  `${sentence} (line ${line}, column ${column})`;

function ofTheApi({ message }: Error, readOnly: boolean): string {
  return readOnly ? `${message} (This shell only reads, which may be the reason.)` : message;
}

/** SQLite, PostgreSQL's read_only_sql_transaction, MySQL. */
const refusals = ['SQLITE_READONLY', '25006', 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION'];

function isRefusedWrite(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && refusals.includes(String(error.code))) || isRefusedWrite(error.cause);
}

/** MikroORM's own errors, and those of drivers, which it passes on. */
const isOfTheDatabase = (error: Error) =>
  /Exception$|^ValidationError$|^OptimisticLockError$|^NotFoundError$|^CursorError$|^SqliteError$/.test(
    error.name,
  );

/** MikroORM puts the whole statement in front of what the database says, with the values in it: hashes among them. */
function withoutStatement(message: string): string {
  const said = message.lastIndexOf(' - ');
  const isStatement =
    /^(select|insert|update|delete|with|create|alter|drop|begin|set|pragma|replace)\b/i.test(message);
  return (isStatement && said >= 0 ? message.slice(said + 3) : message).replace(/\s*\n\s*/g, ' ');
}

/** Which kind of import it was that a shell does not have, if it was one. */
function missingImport(error: Error): string | null {
  if ('code' in error && error.code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING') return 'import()';
  const isStatement = error instanceof Unparsable && error.message.includes('Cannot use import statement');
  return isStatement ? 'import' : null;
}

/** Thrown by the line itself, and not by something that it called. */
function isSlip(error: Error): boolean {
  if (!['SyntaxError', 'ReferenceError', 'TypeError', 'RangeError'].includes(error.name)) return false;
  const [frame = ''] = framesOf(error.stack ?? '');
  return /^\s+at <anonymous>:/.test(frame);
}

/** A ReferenceError names what is wrong; what any other is about has to be looked for. */
function ofSlip({ name, message, stack = '' }: Error, isLong: boolean): string {
  const sentence = `${name}: ${message}`;
  const [, line, column] = /^\s+at <anonymous>:(\d+):(\d+)$/m.exec(stack) ?? [];
  if (!isLong || name === 'ReferenceError' || line === undefined) return sentence;
  return withPlace(sentence, { line: Number(line), column: Number(column) });
}

const framesOf = (stack: string) => stack.split('\n').filter(isFrame);

const framesShown = 10;

const isFrame = (line: string) => /^\s+at /.test(line);
const isOfPackage = (frame: string) => /[/(\s](node:|.*\/node_modules\/)/.test(frame);
const isOfShell = (line: string) =>
  /^\s+at (Session\.post |.*\/cli\/src\/shell\/(evaluator|script|run-shell)\.ts:)/.test(line);

/**
 * Below the line that was typed comes the shell, which is beside the point. So are the packages between it and what was
 * thrown; where the line is not in the stack, they are all that there is.
 */
function withoutOthersFrames(stack: string): string {
  const lines = stack.split('\n');
  const message = lines.filter((line) => !isFrame(line));
  const frames = lines.filter((line) => isFrame(line) && !isOfShell(line));
  const typed = frames.findLastIndex((frame) => typedFrame.test(frame));
  const kept = typed < 0 ? frames : frames.slice(0, typed + 1).filter((frame) => !isOfPackage(frame));
  return [...message, ...kept.slice(0, framesShown)].join('\n');
}
