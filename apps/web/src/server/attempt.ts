import { problemOf, type Problem } from '@latchkey/api/client';
import { error } from '@sveltejs/kit';

/** What came of a call: its value, or why not. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Waits for a call of the API; a foreseen no is a value, so that a page can show it beside the form. */
export async function attempt<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await call };
  } catch (reason) {
    const problem = problemOf(reason);
    if (problem.status >= 500) fail(problem);
    return { ok: false, problem };
  }
}

/** Waits for a call without which there is no page; a no becomes the error page. */
export async function need<T>(call: Promise<T>): Promise<T> {
  const outcome = await attempt(call);
  return outcome.ok ? outcome.value : fail(outcome.problem);
}

function fail({ status, message, requestId }: Problem): never {
  error(status, message, requestId ? { requestId } : {});
}
