import type { Log } from '@latchkey/http';
import type { TRPCError } from '@trpc/server';
import type { Context } from './context.ts';

type Failure = { error: TRPCError; path: string | undefined; ctx: Context | undefined };

/**
 * Logs errors without a reason. Refusals are answers, and an unavailable database is logged by its middleware. Where the client
 * has closed its connection, errors are usual.
 */
export const logUnforeseen =
  (log: Log) =>
  ({ error, path, ctx }: Failure): void => {
    if (error.code !== 'INTERNAL_SERVER_ERROR') return;
    if (ctx?.signal.aborted) {
      log.debug({ path, requestId: ctx.requestId }, 'the client closed the connection');
      return;
    }
    log.error({ err: error.cause ?? error, path, requestId: ctx?.requestId }, 'unforeseen error');
  };
