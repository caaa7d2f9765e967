import type { StagedKeys, StagedUsers } from './staged-users.ts';
import type { ExistingUser, UserTable } from './user-table.ts';

/**
 * Compares the staged users with those in the database. Who is there by user name, or by address where the name is made
 * from it, stays as they are there. Nobody gets a name or an address that somebody else signs in with.
 * @param onCompared is told how many have been compared
 */
export async function matchUsers(
  staged: StagedUsers,
  table: UserTable,
  onCompared: (compared: number) => void,
): Promise<void> {
  if (await table.isEmpty()) return;
  let compared = 0;
  for (const some of staged.keys()) {
    const alike = indexed(await findAlike(table, some));
    for (const keys of some) {
      const there = sameAs(keys, alike);
      const problem = there ? null : conflictOf(keys, alike);
      if (there) staged.markAsThere(keys.line, { hasOtherEmail: hasOtherEmail(keys, there) });
      if (problem) staged.setAside({ line: keys.line, who: keys.username, problem });
    }
    onCompared((compared += some.length));
  }
}

function findAlike(table: UserTable, some: StagedKeys[]): Promise<ExistingUser[]> {
  const set = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return table.findAlike(
    set(some.flatMap(({ usernameKey, emailKey }) => [usernameKey, emailKey])),
    set(some.map(({ id }) => id)),
  );
}

type Alike = Record<'byName' | 'byEmail' | 'byId', Map<string | null, ExistingUser>>;

const indexed = (existing: ExistingUser[]): Alike => ({
  byName: new Map(existing.map((user) => [user.usernameKey, user])),
  byEmail: new Map(existing.map((user) => [user.emailKey, user])),
  byId: new Map(existing.map((user) => [user.id, user])),
});

/** By user name; who comes without one, by address. */
const sameAs = (keys: StagedKeys, { byName, byEmail }: Alike): ExistingUser | undefined =>
  keys.usernameKey === null ? byEmail.get(keys.emailKey) : byName.get(keys.usernameKey);

const hasOtherEmail = (keys: StagedKeys, there: ExistingUser): boolean =>
  keys.emailKey !== null && there.emailKey !== null && keys.emailKey !== there.emailKey;

/** @returns what they cannot have, since somebody else has it; null when there is no such thing */
function conflictOf(keys: StagedKeys, { byName, byEmail, byId }: Alike): string | null {
  const holders: [what: string, holder: ExistingUser | null | undefined][] = [
    ['the e-mail address is that', keys.emailKey === null ? null : byEmail.get(keys.emailKey)],
    ['the user name is the e-mail address', keys.usernameKey === null ? null : byEmail.get(keys.usernameKey)],
    ['the e-mail address is the user name', keys.emailKey === null ? null : byName.get(keys.emailKey)],
    ['the id is that', keys.id === null ? null : byId.get(keys.id)],
  ];
  const [found] = holders.flatMap(([what, holder]) =>
    holder ? [`${what} of ${holder.username}, who is here already`] : [],
  );
  return found ?? null;
}
