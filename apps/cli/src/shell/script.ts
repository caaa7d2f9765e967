import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Script } from 'node:vm';
import { CommandError } from '../command-error.ts';
import { Unfinished, type Evaluator } from './evaluator.ts';

/**
 * Runs what comes in, once all of it is there: as one program, statement by statement, and passes each value on.
 * @throws at the first error; before anything has run, where the whole is not JavaScript
 */
export async function runScript(
  input: Readable,
  evaluator: Evaluator,
  stop: AbortSignal,
  onValue: (value: unknown) => void,
): Promise<void> {
  const script = endedLines(withoutHashbang(beforeExit(await wholeOf(input, stop))));
  if (script.trim() === '') return;
  // Only here: the parser takes a while to load.
  const { partsOf } = await import('./script-parts.ts');
  const { parts, program, last } = partsOf(script);
  await evaluator.declare(program).catch((error: unknown) => {
    throw error instanceof Unfinished ? new CommandError(`The last statement has no end: ${last}`) : error;
  });
  for (const part of parts) {
    if (stop.aborted) return;
    onValue(await evaluator.evaluate(part));
  }
}

/** All that comes in; nothing when it is told to stop before. */
async function wholeOf(input: Readable, stop: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(stop, input));
  } catch (error) {
    if (stop.aborted) return '';
    throw error;
  }
}

/** `.exit` ends a script, as it ends a talk. */
const beforeExit = (script: string) => script.split(/^[^\S\n\r]*\.exit[^\S\n\r]*$/m, 1).join('');

const withoutHashbang = (script: string) => script.replace(/^#!.*/, '');

/**
 * A line that begins with a bracket at the margin is one of its own, as it is at the prompt, and not the rest of the one above:
 * nobody who types line by line means `count\n(1 + 1)` as a call.
 */
function endedLines(script: string): string {
  let ended = script;
  for (const { index } of [...script.matchAll(/(?<=\n)[([`]/g)].toReversed()) {
    if (isWhole(script.slice(0, index))) ended = `${ended.slice(0, index)};${ended.slice(index)}`;
  }
  return ended;
}

function isWhole(program: string): boolean {
  try {
    new Script(`async () => {${program}\n}`);
    return true;
  } catch {
    return false;
  }
}
