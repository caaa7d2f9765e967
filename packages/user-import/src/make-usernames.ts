import { identityKey } from '@latchkey/db';
import type { StagedKeys, StagedUsers } from './staged-users.ts';
import type { UserTable } from './user-table.ts';

/**
 * Gives everybody who comes without a user name one that nobody has: the one that was suggested, or that with a number
 * behind it, `susan2`. The same rows in the same order get the same names.
 */
export async function makeUsernames(staged: StagedUsers, table: UserTable): Promise<void> {
  for (const some of staged.nameless()) {
    let nameless = some;
    while (nameless.length > 0) {
      const named = nameless.map((keys) => ({ keys, usernameKey: nameOne(staged, keys) }));
      const alike = await table.findAlike(
        named.map(({ usernameKey }) => usernameKey),
        [],
      );
      const taken = new Set(alike.map(({ usernameKey }) => usernameKey));
      nameless = named.filter(({ usernameKey }) => taken.has(usernameKey)).map(({ keys }) => keys);
      for (const { line } of nameless) staged.unname(line);
      skipNumbers(staged, nameless);
    }
  }
}

/** @returns the key of the first name that nobody else who is moved in has */
function nameOne(staged: StagedUsers, { line, username }: StagedKeys): string {
  const key = identityKey(username);
  for (let number = staged.nextNumber(key) ?? 1; ; number++) {
    const name = number === 1 ? username : `${username}${number}`;
    if (!staged.name(line, name)) continue;
    if (number > 1) staged.noteNumber(key, number + 1);
    return identityKey(name);
  }
}

/** In larger and larger steps: where thousands have the name already, they are not asked for one by one. */
function skipNumbers(staged: StagedUsers, nameless: StagedKeys[]): void {
  for (const key of new Set(nameless.map(({ username }) => identityKey(username)))) {
    staged.noteNumber(key, (staged.nextNumber(key) ?? 1) * 2);
  }
}
