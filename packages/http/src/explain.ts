/**
 * The text of an error for the terminal. An expected error has a `reason`, as the packages throw them, and a message that
 * is enough. Other errors are shown with their stack.
 */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error ? error.message : (error.stack ?? error.message);
}
