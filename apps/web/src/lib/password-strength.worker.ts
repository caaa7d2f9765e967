import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

/* Looks how well a password stands up to guessing, beside the page and in the browser: it is sent nowhere. */

const zxcvbn = new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs });

// The server looks at as much.
const longestLook = 40;

addEventListener('message', ({ data }: MessageEvent<{ password: string; context: string[] }>) => {
  const { password, context } = data;
  const parts = [password.slice(0, longestLook), password.slice(-longestLook)];
  const guessesLog10 = Math.max(...parts.map((part) => zxcvbn.check(part, context).guessesLog10));
  postMessage({ password, guessesLog10 });
});
