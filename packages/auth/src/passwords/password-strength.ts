import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Fewer guesses than this (30 million, as a power of ten) are made in no time, also against a slow hash. */
const leastGuessesLog10 = 7.5;

/** As much of a password as is looked at: its time grows with the square of the length. */
const longestLook = 40;

/**
 * How well a password stands up to guessing (zxcvbn: dictionaries, dates, sequences, keyboard patterns, repeats).
 * @param context words that an attacker knows too
 */
export async function readStrength(
  password: string,
  context: readonly string[],
): Promise<{ isGuessable: boolean }> {
  const zxcvbn = await (loading ??= load());
  const isGuessable = (part: string) => zxcvbn.check(part, [...context]).guessesLog10 < leastGuessesLog10;
  // A long one is guessable where neither end of it would do.
  const parts = [password.slice(0, longestLook), password.slice(-longestLook)];
  return { isGuessable: parts.every(isGuessable) };
}

let loading: Promise<ZxcvbnFactory> | undefined;

/** The dictionaries take a quarter of a second to load, so they are loaded by whoever asks first. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
}
