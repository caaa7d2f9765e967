/**
 * What the person at the terminal is told of an error. A foreseen one (it has a `reason`, as the packages throw them) speaks
 * for itself; of any other the stack is what helps.
 */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error ? error.message : (error.stack ?? error.message);
}
