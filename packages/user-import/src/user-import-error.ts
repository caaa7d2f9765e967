/** What cannot be moved as a whole, in a sentence for whoever moves it. A single row that does not fit is no error. */
export class UserImportError extends Error {
  readonly reason = 'cannot_be_read';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserImportError';
  }
}
