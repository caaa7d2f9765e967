import type { StagedKeys } from './staging/staged-user.ts';
import type { StagingTable } from './staging/staging-table.ts';
import type { ExistingUser, UserTable } from './user-table.ts';

/**
 * Compares the staged users with those in the database. A user who exists, by user name or, where that is generated, by
 * e-mail address, is left unchanged. A user with the user name, e-mail address or id of another one is rejected.
 * @param onCompared called with the number of users that have been compared
 */
export async function matchUsers(
  staging: StagingTable,
  table: UserTable,
  onCompared: (compared: number) => void,
): Promise<void> {
  if (await table.isEmpty()) return;
  let compared = 0;
  for (const batch of staging.readKeys()) {
    const index = indexByKey(await findMatching(table, batch));
    for (const keys of batch) {
      const existing = findSame(keys, index);
      const problem = existing ? null : findConflict(keys, index);
      if (existing) staging.markExisting(keys.line, { hasOtherEmail: hasOtherEmail(keys, existing) });
      if (problem) staging.reject({ line: keys.line, who: keys.username, problem });
    }
    onCompared((compared += batch.length));
  }
}

function findMatching(table: UserTable, batch: StagedKeys[]): Promise<ExistingUser[]> {
  const unique = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return table.findMatching(
    unique(batch.flatMap(({ usernameKey, emailKey }) => [usernameKey, emailKey])),
    unique(batch.map(({ id }) => id)),
  );
}

type Index = Record<'byName' | 'byEmail' | 'byId', Map<string | null, ExistingUser>>;

const indexByKey = (existing: ExistingUser[]): Index => ({
  byName: new Map(existing.map((user) => [user.usernameKey, user])),
  byEmail: new Map(existing.map((user) => [user.emailKey, user])),
  byId: new Map(existing.map((user) => [user.id, user])),
});

/** By user name; by e-mail address if the user name is generated. */
const findSame = (keys: StagedKeys, { byName, byEmail }: Index): ExistingUser | undefined =>
  keys.usernameKey === null ? byEmail.get(keys.emailKey) : byName.get(keys.usernameKey);

const hasOtherEmail = (keys: StagedKeys, existing: ExistingUser): boolean =>
  keys.emailKey !== null && existing.emailKey !== null && keys.emailKey !== existing.emailKey;

/** @returns the problem if another user has one of the keys; null otherwise */
function findConflict(keys: StagedKeys, { byName, byEmail, byId }: Index): string | null {
  const holders: [problem: string, holder: ExistingUser | null | undefined][] = [
    ['e-mail address already belongs to', keys.emailKey === null ? null : byEmail.get(keys.emailKey)],
    ['user name is the e-mail address of', keys.usernameKey === null ? null : byEmail.get(keys.usernameKey)],
    ['e-mail address is the user name of', keys.emailKey === null ? null : byName.get(keys.emailKey)],
    ['id already belongs to', keys.id === null ? null : byId.get(keys.id)],
  ];
  const [found] = holders.flatMap(([problem, holder]) =>
    holder ? [`${problem} the existing user ${holder.username}`] : [],
  );
  return found ?? null;
}
