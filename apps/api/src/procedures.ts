import { initTRPC } from '@trpc/server';
import { ZodError } from 'zod';
import type { Context } from './context.ts';
import { Refusal, reasonOfCode, sentenceOf, type FieldProblems, type Reason } from './reasons.ts';

const t = initTRPC.context<Context>().create({
  isDev: false, // Stack traces are for the log, in development too.
  errorFormatter({ shape, error, ctx }) {
    const { reason, fields } = explain(error);
    return {
      ...shape,
      message: sentenceOf(reason),
      data: { ...shape.data, reason, fields, requestId: ctx?.requestId ?? null },
    };
  },
});

export const { router } = t;

/** Open to everyone. A procedure is closed unless it is built on this one. */
export const publicProcedure = t.procedure;

/** Everyone who is signed in and active; gives the procedure its `user` and `session`. Twin of `@login_required`. */
export const protectedProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const { current, session } = await ctx.signedIn();
  if (current.isAnonymous || !session) throw new Refusal('login_required');
  if (!current.isActive) throw new Refusal('account_disabled');
  return next({ ctx: { ...ctx, user: current.user, session } });
});

function explain(error: Error & { code: Parameters<typeof reasonOfCode>[0] }): {
  reason: Reason;
  fields: FieldProblems;
} {
  if (error instanceof Refusal) return { reason: error.reason, fields: error.fields };
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) {
    return { reason: 'invalid_input', fields: fieldsOf(error.cause) };
  }
  return { reason: reasonOfCode(error.code), fields: {} };
}

/** The first sentence for each field. */
function fieldsOf({ issues }: ZodError): FieldProblems {
  const fields: FieldProblems = {};
  for (const { path, message } of issues) fields[String(path[0] ?? '')] ??= message;
  return fields;
}
