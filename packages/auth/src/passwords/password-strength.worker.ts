import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import type { StrengthQuestion } from './password-strength.ts';

/* The thread that estimates the strength of passwords, which can take seconds. */

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  // The spellings of a password without its leet letters that are looked up: the time grows with them.
  l33tMaxSubstitutions: 20,
});

parentPort?.on('message', ({ parts, context }: StrengthQuestion) => {
  const guesses = parts.map((part) => zxcvbn.check(part, [...context]).guessesLog10);
  parentPort?.postMessage(Math.max(...guesses));
});
parentPort?.postMessage('ready');
