import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error.ts';
import { decodeText } from './decode-text.ts';

/** Whether the user can be prompted. Prompts go to stderr: stdout is the output of the command. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

export async function confirm(question: string): Promise<boolean> {
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({ message: question, initialValue: false, output: process.stderr });
  return answer === true;
}

/** Prompts for a new password twice, since the input is not shown. */
export async function promptNewPassword(
  problemOf: (typed: string) => Promise<string | null>,
): Promise<string> {
  for (;;) {
    const typed = await promptPassword('New password');
    const problem = await problemOf(typed);
    if (problem !== null) process.stderr.write(`${problem}\n`);
    else if ((await promptPassword('Repeat the password')) === typed) return typed;
    else process.stderr.write('The passwords do not match. Try again:\n');
  }
}

async function promptPassword(message: string): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const typed = await password({ message, output: process.stderr });
  if (isCancel(typed)) throw new CommandError('Cancelled: nothing was changed.');
  return typed;
}

/** The first line of standard input. @throws CommandError if it is not UTF-8 */
export async function readLine(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (/[\r\n]/.test(chunk.toString('latin1'))) break;
  }
  const [line = ''] = decodeText(Buffer.concat(chunks), 'Standard input').split(/[\r\n]/, 1);
  return line;
}

/** Streams text to stdout. A reader that closes the pipe early, like `head`, sets the exit code to 1. */
export async function printText(pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(pieces, process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
    process.exitCode = 1;
  }
}
