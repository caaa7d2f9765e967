import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

/* Estimates the strength of a password off the main thread. The password never leaves the browser. */

// The server has the same settings, and checks the same number of characters at either end.
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: 20,
});
const checkedLength = 40;

addEventListener('message', ({ data }: MessageEvent<{ password: string; context: string[] }>) => {
  const { password, context } = data;
  const parts = [password.slice(0, checkedLength), password.slice(-checkedLength)];
  const guessesLog10 = Math.max(...parts.map((part) => zxcvbn.check(part, context).guessesLog10));
  postMessage({ password, guessesLog10 });
});
