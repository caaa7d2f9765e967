import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CommandError } from '../command.ts';
import { Unfinished, type Evaluator } from './evaluator.ts';

/**
 * Runs what comes in, statement by statement, and passes each value on.
 * @throws at the first error; CommandError when the last statement has no end
 */
export async function runScript(
  input: Readable,
  evaluator: Evaluator,
  stop: AbortSignal,
  onValue: (value: unknown) => void,
): Promise<void> {
  let source = '';
  for await (const line of createInterface({ input, terminal: false, crlfDelay: Infinity, signal: stop })) {
    if (line.trim() === '.exit') break;
    source += `${line}\n`;
    if (source.trim() === '') continue;
    try {
      onValue(await evaluator.evaluate(source));
      source = '';
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
    }
  }
  if (source.trim() !== '' && !stop.aborted)
    throw new CommandError(`The last statement has no end: ${source.trim()}`);
}
