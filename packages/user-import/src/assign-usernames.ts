import { identityKey } from '@latchkey/db';
import type { StagedKeys } from './staging/staged-user.ts';
import type { StagingTable } from './staging/staging-table.ts';
import type { UserTable } from './user-table.ts';

/**
 * Gives each user without a user name the suggested one, or if that is taken, the suggested one with a number: `susan2`.
 * The same rows in the same order get the same names.
 */
export async function assignUsernames(staging: StagingTable, table: UserTable): Promise<void> {
  for (const batch of staging.readKeysWithoutUsername()) {
    let remaining = batch;
    while (remaining.length > 0) {
      const named = remaining.map((keys) => ({ keys, usernameKey: assignUsername(staging, keys) }));
      const existing = await table.findMatching(
        named.map(({ usernameKey }) => usernameKey),
        [],
      );
      const taken = new Set(existing.map(({ usernameKey }) => usernameKey));
      remaining = named.filter(({ usernameKey }) => taken.has(usernameKey)).map(({ keys }) => keys);
      for (const { line } of remaining) staging.unassignUsername(line);
      skipSuffixes(staging, remaining);
    }
  }
}

/** @returns the key of the first name that no other user of the import has */
function assignUsername(staging: StagingTable, { line, username }: StagedKeys): string {
  const key = identityKey(username);
  for (let suffix = staging.nextSuffix(key) ?? 1; ; suffix++) {
    const name = suffix === 1 ? username : `${username}${suffix}`;
    if (!staging.assignUsername(line, name)) continue;
    if (suffix > 1) staging.setNextSuffix(key, suffix + 1);
    return identityKey(name);
  }
}

/** Doubles the next number, so that thousands of taken names need few queries. */
function skipSuffixes(staging: StagingTable, taken: StagedKeys[]): void {
  for (const key of new Set(taken.map(({ username }) => identityKey(username)))) {
    staging.setNextSuffix(key, (staging.nextSuffix(key) ?? 1) * 2);
  }
}
