import type { Api } from '@latchkey/api';
import type { Client, IssuedTokens } from '@latchkey/auth';
import { CommandError } from '../command-error.ts';

/** The sessions that the shell starts without a password. */
export type ShellSessions = {
  /** @throws CommandError for an unknown user */
  start(login: string): Promise<IssuedTokens>;
  /** Ends all sessions, also those that are being started. */
  endAll(): Promise<void>;
};

export function createShellSessions(
  { auth, users }: Pick<Api['services'], 'auth' | 'users'>,
  client: Client,
): ShellSessions {
  const started: Promise<IssuedTokens>[] = [];
  const startSession = async (login: string): Promise<IssuedTokens> => {
    const user = await users.findByLogin(login);
    if (!user) throw new CommandError(`There is no user ${login}.`);
    return (await auth.loginUser(user, { client })).issued;
  };
  return {
    start(login) {
      const session = startSession(login);
      started.push(session);
      return session;
    },
    async endAll() {
      for (const outcome of await Promise.allSettled(started.splice(0))) {
        if (outcome.status === 'rejected') continue;
        const { session = null } = outcome.value;
        await auth.logoutUser({ session, remember: null }, client);
      }
    },
  };
}
