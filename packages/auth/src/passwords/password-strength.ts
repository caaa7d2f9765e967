import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** 30 million guesses. An attacker makes fewer quickly, even against a slow hash. */
const minGuessesLog10 = 7.5;

/** The maximum number of characters per call of zxcvbn, whose time grows with the square of the length. */
const maxPartLength = 40;

/**
 * Estimates how easy a password is to guess (zxcvbn: dictionaries, dates, sequences, keyboard patterns, repeats).
 * @param context words that an attacker also knows
 */
export async function readStrength(
  password: string,
  context: readonly string[],
): Promise<{ isGuessable: boolean }> {
  const zxcvbn = await (loading ??= load());
  const isGuessable = (part: string) => zxcvbn.check(part, [...context]).guessesLog10 < minGuessesLog10;
  // A long password is guessable if both its beginning and its end are.
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
