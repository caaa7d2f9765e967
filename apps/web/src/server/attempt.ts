import { problemOf, type Problem } from '@latchkey/api/client';
import { error } from '@sveltejs/kit';

/** The result of a call: its value, or why it was refused. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Waits for a call to the API. A refusal is returned, so that a page can show it; a failure becomes the error page. */
export async function attempt<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await call };
  } catch (reason) {
    const problem = problemOf(reason);
    if (problem.status >= 500) fail(problem);
    return { ok: false, problem };
  }
}

/** Waits for a call that the page needs. A refusal becomes the error page. */
export async function need<T>(call: Promise<T>): Promise<T> {
  const outcome = await attempt(call);
  return outcome.ok ? outcome.value : fail(outcome.problem);
}

function fail({ status, message, requestId }: Problem): never {
  error(status, message, requestId ? { requestId } : {});
}
