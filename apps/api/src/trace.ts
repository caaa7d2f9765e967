import type { Context } from './context.ts';

/** Who did something, and when, for the mail that tells of it. */
export function traceOf({ client }: Pick<Context, 'client'>) {
  return { at: new Date().toISOString(), userAgent: client.userAgent, address: client.address };
}
