import { createWorkQueue, type WaitLimits } from '../work/work-queue.ts';
import { createWorkerThread } from '../work/worker-thread.ts';

/** What the thread in `password-strength.worker.ts` is asked. It answers with a number: the power of ten of the guesses. */
export type StrengthQuestion = { parts: readonly string[]; context: readonly string[] };

/** 30 million guesses. An attacker makes fewer quickly, even against a slow hash. */
const minGuessesLog10 = 7.5;

/** The maximum number of characters per call of zxcvbn, whose time grows with the square of the length. */
const maxPartLength = 40;

/** The same for each word of the context, and the number of words. */
const [maxWordLength, maxWords] = [64, 20];

/** The usual estimate takes some hundredths of a second. */
const maxEstimateMs = 2_000;

const thread = createWorkerThread<StrengthQuestion, number>(
  new URL('./password-strength.worker.ts', import.meta.url),
);
const queue = createWorkQueue({ concurrency: 1, maxWaiting: 20 });

/** Limits for the estimates of a request. */
export type StrengthLimits = WaitLimits & {
  /** The time that all estimates of the request may take together. Reduced by each. */
  budget?: { remainingMs: number } | undefined;
};

/**
 * Estimates how easy a password is to guess (zxcvbn: dictionaries, dates, sequences, keyboard patterns, repeats), in a thread
 * of its own.
 * @param context words that an attacker also knows
 * @returns `unknown` if the estimate takes too long, which some passwords cause on purpose
 * @throws BusyError when too many estimates wait
 */
export async function readStrength(
  password: string,
  context: readonly string[],
  limits: StrengthLimits = {},
): Promise<'guessable' | 'strong' | 'unknown'> {
  const question = {
    // A long password is guessable if both its beginning and its end are.
    parts: [password.slice(0, maxPartLength), password.slice(-maxPartLength)],
    context: context.slice(0, maxWords).map((word) => word.slice(0, maxWordLength)),
  };
  const { budget = { remainingMs: maxEstimateMs } } = limits;
  const guessesLog10 = await queue.run(() => estimate(question, budget), limits);
  if (guessesLog10 === null) return 'unknown';
  return guessesLog10 < minGuessesLog10 ? 'guessable' : 'strong';
}

async function estimate(question: StrengthQuestion, budget: { remainingMs: number }): Promise<number | null> {
  if (budget.remainingMs <= 0) return null;
  const begunAt = performance.now();
  const answer = await thread.ask(question, Math.min(maxEstimateMs, budget.remainingMs));
  budget.remainingMs -= performance.now() - begunAt;
  return answer;
}
