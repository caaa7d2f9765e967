import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { confirm, isCancel, password } from '@clack/prompts';
import { CommandError } from './command-error.ts';

/** Whether somebody sits there who can be asked. Questions go to stderr: stdout is what the command answers. */
export const isAttended = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

const { stderr: output } = process;

export async function askToGoOn(question: string): Promise<boolean> {
  const answer = await confirm({ message: question, initialValue: false, output });
  return answer === true;
}

/** Asks twice, since what is typed cannot be seen. */
export async function askNewPassword(problemOf: (typed: string) => Promise<string | null>): Promise<string> {
  for (;;) {
    const typed = await hidden('New password');
    const problem = await problemOf(typed);
    if (problem !== null) output.write(`${problem}\n`);
    else if ((await hidden('The same once more')) === typed) return typed;
    else output.write('These two differ. Once more:\n');
  }
}

async function hidden(message: string): Promise<string> {
  const typed = await password({ message, output });
  if (isCancel(typed)) throw new CommandError('Nothing was changed.');
  return typed;
}

/** The first line of standard input, as another program gives it. */
export async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin, terminal: false })) return line;
  return '';
}

/** Writes all of it to stdout, as fast as it is read there. Whoever reads may stop early, like `head`. */
export async function print(pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(pieces, process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
    process.exitCode = 1;
  }
}
