import { explain } from '@latchkey/http';

/**
 * What somebody at the prompt is told of an error. One line for what can be foreseen: what we say ourselves, what the API
 * answers, what the ORM and the database object to, and slips of the typing. With the stack for anything else.
 */
export function explainError(error: unknown, { readOnly }: { readOnly: boolean }): string {
  if (!(error instanceof Error)) return `Thrown: ${String(error)}`;
  if ('reason' in error) return explain(error);
  if (readOnly && isRefusedWrite(error))
    return 'This shell only reads: nothing was written. Start it without --read-only to write.';
  if (error.name === 'TRPCClientError') return ofTheApi(error, readOnly);
  if (isOfTheDatabase(error)) return `${error.name}: ${withoutStatement(error.message)}`;
  if (isMissingImport(error))
    return "import() is not to be had here. Use require('node:fs'), which brings modules of either kind.";
  if (isSlip(error)) return `${error.name}: ${error.message}`;
  return withoutOurFrames(explain(error));
}

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

const isMissingImport = (error: Error) =>
  'code' in error && error.code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING';

/** Thrown by the line itself, and not by something that it called. */
function isSlip(error: Error): boolean {
  if (!['SyntaxError', 'ReferenceError', 'TypeError', 'RangeError'].includes(error.name)) return false;
  const [frame = ''] = framesOf(error.stack ?? '');
  return /^\s+at (<anonymous>:|Session\.post )/.test(frame);
}

const framesOf = (stack: string) => stack.split('\n').filter((line) => /^\s+at /.test(line));

/** Below the line that was typed comes the shell, which is beside the point. */
function withoutOurFrames(stack: string): string {
  const [above = ''] = stack.split(/\n\s+at Session\.post /);
  return above;
}
