import type { PasswordCheck } from '@latchkey/auth';
import type { UserRecord } from '@latchkey/db';
import type { Services } from './services.ts';

/** The user with a name or address, and whether the password is theirs. `user` is null for an unknown name. */
export type VerifiedCredentials = { user: UserRecord | null } & PasswordCheck;

/**
 * Finds the user of a user name or e-mail address, and checks the password.
 *
 * Several accounts may have entered the same address without verifying it; each signs in with it by its own password.
 * The number of hashes does not depend on how many there are: otherwise, the time of a login after registering would show
 * that an address was taken (docs/decisions/0004).
 */
export async function verifyCredentials(
  { users, passwords }: Pick<Services, 'users' | 'passwords'>,
  { username, password }: { username: string; password: string },
): Promise<VerifiedCredentials> {
  const user = await users.findByLogin(username);
  const check = await passwords.check(user?.passwordHash ?? null, password);
  const isConfirmed = user?.emailVerifiedAt || user?.email === null;
  if ((check.isRight && isConfirmed) || !username.includes('@')) return { user, ...check };

  const waiting = await users.findByWaitingEmail(username, maxWaitingMatches);
  const candidates = [{ user, ...check }];
  for (let i = 0; i < maxWaitingMatches; i++) {
    const other = waiting[i] ?? null;
    candidates.push({ user: other, ...(await passwords.check(other?.passwordHash ?? null, password)) });
  }
  return candidates.find(({ isRight }) => isRight) ?? { user, ...check };
}

/** How many accounts that have not verified an address can sign in with it, the first ones first. Each costs a hash. */
const maxWaitingMatches = 3;
