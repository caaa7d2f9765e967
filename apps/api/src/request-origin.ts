import type { Context } from './context.ts';

/** When and from where a request came, for the mail that reports it. */
export function requestOrigin({ client }: Pick<Context, 'client'>) {
  return { at: new Date().toISOString(), userAgent: client.userAgent, address: client.address };
}
