/** An error of a command whose message is for the user: it is printed without a stack. */
export class CommandError extends Error {
  readonly reason = 'command';
}
