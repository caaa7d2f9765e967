/**
 * Why no user was imported or exported, in one sentence without passwords. A bad row is not an error: it is reported as a `RowProblem`.
 * - `invalid_source`: a file, a database schema or a `--map` does not have the expected form
 * - `source_database`: the source database cannot be opened or read
 * - `identity_taken`: a user name, e-mail address or id was taken after the import was planned
 * - `refused_value`: the database refuses a value, for example by a check constraint
 * - `inexact_number`: an export would change a large number
 */
export type UserImportReason =
  'invalid_source' | 'source_database' | 'identity_taken' | 'refused_value' | 'inexact_number';

/** An expected failure of an import. */
export class UserImportError extends Error {
  readonly reason: UserImportReason;

  constructor(reason: UserImportReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserImportError';
    this.reason = reason;
  }
}
