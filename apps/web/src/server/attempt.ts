import { getSentence, problemOf, type Problem } from '@latchkey/api/client';
import { error } from '@sveltejs/kit';

/** The result of a call: its value, or why it was refused. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Waits for a call to the API. A refusal is returned, so that a page can show it; a failure becomes the error page. */
export async function attempt<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await call };
  } catch (reason) {
    const problem = withoutRepetition(problemOf(reason));
    if (problem.status >= 500) fail(problem);
    return { ok: false, problem };
  }
}

/** Waits for a call that the page needs. A refusal becomes the error page. */
export async function need<T>(call: Promise<T>): Promise<T> {
  const outcome = await attempt(call);
  return outcome.ok ? outcome.value : fail(outcome.problem);
}

/** Throws the error page. Only an unforeseen error is in the log with the id of its request, so only then it is shown. */
export function fail(problem: Problem, status = problem.status): never {
  const { reason, requestId } = problem;
  error(status, sentenceOf(problem), reason === 'unforeseen' && requestId ? { requestId } : {});
}

/** An error page has no fields to check, so it shows what is wrong with the value. */
function sentenceOf({ reason, message, fields }: Problem): string {
  if (reason !== 'invalid_input') return message;
  return Object.values(fields)[0] ?? getSentence('invalid_request');
}

/** A sentence that is shown beside a field is not repeated above the form. */
function withoutRepetition(problem: Problem): Problem {
  const isRepeated = Object.values(problem.fields).includes(problem.message);
  return isRepeated ? { ...problem, message: getSentence('invalid_input') } : problem;
}
