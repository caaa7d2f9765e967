import { createPasswords, passwordProblem } from '@latchkey/auth';
import { readConfig, siteWords } from '@latchkey/config';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { askNewPassword, isAttended, readLine } from '../terminal.ts';

export type PasswordOptions = { passwordStdin?: true; password?: string | true };

/** The ways in which a command takes a new password. */
export function takesPassword(command: Command): Command {
  return command
    .option('--password-stdin', 'read the password from standard input, one line, without asking')
    .addOption(new Option('-p, --password [password]').hideHelp());
}

/** @throws CommandError when a password is among the words of the command: called before anything else is done */
export function refusePasswordInWords({ password }: PasswordOptions): void {
  if (password === undefined) return;
  throw new CommandError(
    'A password is not taken from the command line, where everybody on this machine can read it and the shell keeps it. ' +
      'Leave --password out to be asked for it, or give it on standard input with --password-stdin.',
  );
}

/**
 * Asks for a new password, or reads it from standard input, and hashes it.
 * @throws CommandError when it may not be chosen, or when there is nobody to ask
 */
export async function hashNewPassword(
  { passwordStdin }: PasswordOptions,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const config = readConfig(process.env);
  const { passwords } = config;
  const ofSite = siteWords(config, config.port);
  const known = [...ofSite, username, ...(email ? [email, ...email.split('@')] : [])];
  const problemOf = async (typed: string) => passwordProblem(typed, known, passwords.least);

  const typed = passwordStdin ? await readLine() : await ask(problemOf);
  const problem = await problemOf(typed);
  if (problem !== null) throw new CommandError(problem);
  return createPasswords(passwords).hash(typed);
}

async function ask(problemOf: (typed: string) => Promise<string | null>): Promise<string> {
  if (isAttended()) return askNewPassword(problemOf);
  throw new CommandError(
    'There is no terminal to ask for the password at. Give it on standard input, with --password-stdin.',
  );
}
