import { BusyError, isFresh } from '@latchkey/auth';
import { runDatabaseCall, toOutageError, type DatabaseCall, type Role } from '@latchkey/db';
import { initTRPC } from '@trpc/server';
import { ZodError } from 'zod';
import type { Context } from './context.ts';
import { withPasswordProblems } from './new-password.ts';
import { Refusal, getReasonForCode, getSentence, type FieldProblems, type Reason } from './reasons.ts';
import { withTakenUsername } from './taken-username.ts';
import { callTimeoutMs } from './time-limits.ts';

const t = initTRPC.context<Context>().create({
  isDev: false, // Stack traces are logged and never sent, in development too.
  errorFormatter({ shape, error, ctx }) {
    const { reason, fields } = explain(error);
    return {
      ...shape,
      message: getSentence(reason),
      data: { ...shape.data, reason, fields, requestId: ctx?.requestId ?? null },
    };
  },
});

export const { router } = t;

/** Answers 503 while the database cannot be used. A change that may have been made nevertheless is reported as that. */
const withOutages = t.middleware(async ({ ctx, path, type, next }) => {
  const call: DatabaseCall = { time: ctx.databaseTime, hasWritten: false };
  const result = await withinCallTime(
    () => runDatabaseCall(call, () => next()),
    () => {
      ctx.databaseTime.end();
      ctx.log.error({ path, requestId: ctx.requestId }, 'a call took too long');
      throw new Refusal(type === 'mutation' ? 'outcome_unknown' : 'database_unavailable');
    },
  );
  const outage = result.ok ? null : toOutageError(result.error.cause);
  if (!outage) return result;
  ctx.reportOutage(outage, { path, requestId: ctx.requestId });
  const isUnknown = type === 'mutation' && (call.hasWritten || outage.reason === 'outcome_unknown');
  throw new Refusal(isUnknown ? 'outcome_unknown' : 'database_unavailable');
});

/** Waits for a call, whatever it waits for itself. */
async function withinCallTime<T>(call: () => Promise<T>, onTimeout: () => never): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<'over'>();
  const timer = setTimeout(resolve, callTimeoutMs, 'over');
  try {
    const first = await Promise.race([call(), promise]);
    return first === 'over' ? onTimeout() : first;
  } finally {
    clearTimeout(timer);
  }
}

/** Answers 503 while too many passwords wait to be hashed or checked. */
const withBusyAnswers = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof BusyError) throw new Refusal('busy');
  return result;
});

/** After a mutation, the next calls of the same request read the user again. */
const withCurrentIdentity = t.middleware(async ({ ctx, type, next }) => {
  const result = await next();
  if (type === 'mutation') ctx.forgetIdentity();
  return result;
});

/** Open to everyone. Every other kind of procedure builds on this one. */
export const publicProcedure = t.procedure.use(withOutages).use(withBusyAnswers).use(withCurrentIdentity);

/** For forms with a new password and other fields: reports the problems of all fields at once. */
export const newPasswordProcedure = publicProcedure.use(async ({ ctx, next, getRawInput }) => {
  const result = await next();
  if (result.ok || !(result.error.cause instanceof ZodError)) return result;
  const form = await getRawInput();
  const fields = await withTakenUsername(ctx, fieldsOf(result.error.cause), form);
  throw new Refusal('invalid_input', withPasswordProblems(ctx, fields, form));
});

/**
 * Everyone who is signed in and active. Adds `user` and `session` to the context; `session` is null for a user found by the
 * request loader. Equivalent of Flask-Login's `@login_required`.
 */
export const protectedProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const { current, session } = await ctx.identity();
  if (current.isAnonymous) {
    await ctx.auth.events.emit('unauthorized', { client: ctx.client });
    throw new Refusal('login_required');
  }
  if (!current.isActive) throw new Refusal('account_disabled');
  return next({ ctx: { ...ctx, user: current.user, session } });
});

/**
 * Everyone with a fresh login: protects sensitive changes in a browser that was left signed in.
 * Equivalent of Flask-Login's `@fresh_login_required`.
 */
export const freshProcedure = protectedProcedure.use(async ({ ctx, next }) => {
  const { session, user, client } = ctx;
  if (!session || !isFresh(session)) {
    await ctx.auth.events.emit('needs_refresh', { user, client });
    throw new Refusal('fresh_login_required');
  }
  return next({ ctx: { ...ctx, session } });
});

/** Everyone who has one of these roles at the time of the request (T28), and a fresh login. */
export const roleProcedure = (...roles: Role[]) =>
  protectedProcedure
    .use(({ ctx, next }) => {
      if (!roles.includes(ctx.user.role)) throw new Refusal('not_allowed');
      return next();
    })
    .concat(freshProcedure);

export const adminProcedure = roleProcedure('admin');

function explain(error: Error & { code: Parameters<typeof getReasonForCode>[0] }): {
  reason: Reason;
  fields: FieldProblems;
} {
  if (error instanceof Refusal) return { reason: error.reason, fields: error.fields };
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) {
    return { reason: 'invalid_input', fields: fieldsOf(error.cause) };
  }
  return { reason: getReasonForCode(error.code), fields: {} };
}

/** The first message for each field. */
function fieldsOf({ issues }: ZodError): FieldProblems {
  const fields: FieldProblems = {};
  for (const { path, message } of issues) fields[String(path[0] ?? '')] ??= message;
  return fields;
}
