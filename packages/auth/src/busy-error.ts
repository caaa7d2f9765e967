/** Work that was refused because too much of it waits. Trying again later succeeds. */
export class BusyError extends Error {
  readonly reason = 'busy';

  constructor() {
    super('Too much work waits for the processor. Try again in a moment.');
    this.name = 'BusyError';
  }
}
