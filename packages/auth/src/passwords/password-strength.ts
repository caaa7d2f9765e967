import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** 30 million guesses: fewer are quickly made even against a slow hash. */
const minGuessesLog10 = 7.5;

/** Characters that zxcvbn is given at once: its time grows with the square of the length. */
const maxPartLength = 40;

/**
 * Estimates how easy a password is to guess (zxcvbn: dictionaries, dates, sequences, keyboard patterns, repeats).
 * @param context words that an attacker knows too
 */
export async function readStrength(
  password: string,
  context: readonly string[],
): Promise<{ isGuessable: boolean }> {
  const zxcvbn = await (loading ??= load());
  const isGuessable = (part: string) => zxcvbn.check(part, [...context]).guessesLog10 < minGuessesLog10;
  // A long password is guessable where both its beginning and its end are.
  const parts = [password.slice(0, maxPartLength), password.slice(-maxPartLength)];
  return { isGuessable: parts.every(isGuessable) };
}

let loading: Promise<ZxcvbnFactory> | undefined;

/** Loads the dictionaries at the first use: it takes a quarter of a second. */
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
