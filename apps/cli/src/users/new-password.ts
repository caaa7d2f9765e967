import { createPasswords, passwordProblem } from '@latchkey/auth';
import { readConfig, siteWords } from '@latchkey/config';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { promptNewPassword, isInteractive, readLine } from '../terminal.ts';

export type PasswordOptions = { passwordStdin?: true; password?: string | true };

/** The options for a new password. */
export function addPasswordOptions(command: Command): Command {
  return command
    .option('--password-stdin', 'read the password from one line of standard input')
    .addOption(new Option('-p, --password [password]').hideHelp());
}

/** @throws CommandError for a password on the command line. Called before anything else. */
export function refusePasswordArgument({ password }: PasswordOptions): void {
  if (password === undefined) return;
  throw new CommandError(
    'A password on the command line is refused: other users of this machine can read it, and the shell saves it in its history. ' +
      'Leave out --password to be prompted for it, or pass it on standard input with --password-stdin.',
  );
}

/**
 * Prompts for a new password, or reads it from standard input, and hashes it.
 * @throws CommandError for a password that is not allowed, or when there is no terminal for the prompt
 */
export async function hashNewPassword(
  { passwordStdin }: PasswordOptions,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const config = readConfig(process.env);
  const { passwords } = config;
  const ofSite = siteWords(config, config.port);
  const known = [...ofSite, username, ...(email ? [email, ...email.split('@')] : [])];
  const problemOf = async (typed: string) => passwordProblem(typed, known, passwords.minLength);

  const typed = passwordStdin ? await readLine() : await prompt(problemOf);
  const problem = await problemOf(typed);
  if (problem !== null) throw new CommandError(problem);
  return createPasswords(passwords).hash(typed);
}

async function prompt(problemOf: (typed: string) => Promise<string | null>): Promise<string> {
  if (isInteractive()) return promptNewPassword(problemOf);
  throw new CommandError(
    'There is no terminal for the password prompt. Pass the password on standard input with --password-stdin.',
  );
}
