import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CommandError } from '../command-error.ts';
import { decodeText } from '../decode-text.ts';
import { IncompleteInput, type Evaluator } from './evaluator.ts';

/**
 * Reads a script to its end, checks it as one program, and runs it part by part.
 * @param onValue receives the value of each part
 * @throws the first error. A syntax error anywhere in the script is thrown before anything runs.
 */
export async function runScript(
  input: Readable,
  evaluator: Evaluator,
  stop: AbortSignal,
  onValue: (value: unknown) => void,
): Promise<void> {
  // `.exit` ends a script, as it ends the interactive shell. The first line may name an interpreter.
  const [source = ''] = (await readAll(input, stop)).split(/^[^\S\n\r]*\.exit[^\S\n\r]*$/m, 1);
  const { readScript } = await import('./read-script.ts');
  const script = readScript(source.replace(/^#!.*/, ''));
  await evaluator.declare(script.program).catch((error: unknown) => {
    throw error instanceof IncompleteInput
      ? new CommandError(`The last statement is incomplete: ${script.lastStatement()}`)
      : error;
  });
  for (const part of script.parts()) {
    if (stop.aborted) return;
    onValue(await evaluator.evaluate(part));
  }
}

/** @returns an empty text when it is aborted */
async function readAll(input: Readable, stop: AbortSignal): Promise<string> {
  try {
    return decodeText(await buffer(addAbortSignal(stop, input)), 'Standard input');
  } catch (error) {
    if (stop.aborted) return '';
    throw error;
  }
}
