import { usernameSkeleton } from './confusable-names.ts';
import { identityKey } from './identity-key.ts';

// Changes of rows that migrations of all engines run. They do not use entities, which may have changed since.

type Row = Record<string, unknown>;

/** Runs a statement with values; returns the rows of a query. */
export type Execute = (sql: string, values?: unknown[]) => Promise<Row[]>;

/** Returns the SQL condition for a column whose text is not only ASCII. */
export type IsNotAscii = (column: string) => string;

/**
 * Recomputes the keys of addresses whose domain is not in ASCII. Where two users own one mailbox, in two spellings, it stays with
 * the one who verified it, or with the older account; the other one keeps the address as one that waits to be verified, and is
 * named in a warning.
 */
export async function moveToCanonicalDomains(execute: Execute, isNotAscii: IsNotAscii): Promise<void> {
  const rows = await execute(
    `select id, username, email, email_key as "emailKey", email_verified_at as "verifiedAt" from users
     where ${isNotAscii('email_key')} or ${isNotAscii('waiting_email_key')} order by created_at, id`,
  );
  const shared: string[] = [];
  for (const row of rows) {
    const key = identityKey(String(row['email']));
    if (row['emailKey'] === null) {
      await execute('update users set waiting_email_key = ? where id = ?', [key, row['id']]);
      continue;
    }
    const [owner] = await execute(
      'select id, username, email_verified_at as "verifiedAt" from users where email_key = ? and id <> ?',
      [key, row['id']],
    );
    const keepsRow = !owner || (owner['verifiedAt'] === null && row['verifiedAt'] !== null);
    const [keeper, other] = keepsRow ? [row, owner] : [owner, row];
    if (other) {
      await execute(
        'update users set email_key = null, waiting_email_key = ?, email_verified_at = null where id = ?',
        [key, other['id']],
      );
      shared.push(`${String(other['username'])} (with ${String(keeper['username'])})`);
    }
    if (keepsRow) await execute('update users set email_key = ? where id = ?', [key, row['id']]);
  }
  await moveUsernames(execute, isNotAscii);
  if (shared.length > 0)
    warn(`${counted(shared)} another user’s mailbox in another spelling, and must verify it again`, shared);
}

/** An imported user name can look like an address. It keeps its key if another user has the new one. */
async function moveUsernames(execute: Execute, isNotAscii: IsNotAscii): Promise<void> {
  const rows = await execute(
    `select id, username from users where ${isNotAscii('username_key')} and username_key like '%@%'`,
  );
  for (const { id, username } of rows) {
    const key = identityKey(String(username));
    const [other] = await execute('select id from users where username_key = ?', [key]);
    if (!other) await execute('update users set username_key = ? where id = ?', [key, id]);
  }
}

/** Restores the keys of `moveToCanonicalDomains`, which have the domain as it was entered. */
export async function moveToSpelledDomains(execute: Execute, isNotAscii: IsNotAscii): Promise<void> {
  const rows = await execute(
    `select id, email, email_key as "emailKey" from users where ${isNotAscii('email')}`,
  );
  for (const { id, email, emailKey } of rows) {
    const key = String(email).trim().normalize('NFKC').toLowerCase().normalize('NFKC');
    const column = emailKey === null ? 'waiting_email_key' : 'email_key';
    await execute(`update users set ${column} = ? where id = ?`, [key, id]);
  }
}

/**
 * Computes the skeletons of user names that are not in ASCII. A name that looks like an older one stays as it is, without a
 * skeleton, and is named in a warning.
 * @param isNotAscii the condition for such names
 */
export async function fillUsernameSkeletons(execute: Execute, isNotAscii: string): Promise<void> {
  const rows = await execute(
    `select id, username from users where username_skeleton is null and ${isNotAscii} order by created_at, id`,
  );
  const confusable: string[] = [];
  for (const { id, username } of rows) {
    const skeleton = usernameSkeleton(String(username));
    const [other] = await execute('select username from users where username_skeleton = ?', [skeleton]);
    if (other) confusable.push(`${String(username)} (like ${String(other['username'])})`);
    else await execute('update users set username_skeleton = ? where id = ?', [skeleton, id]);
  }
  if (confusable.length === 0) return;
  const found = confusable.length === 1 ? '1 user name looks' : `${confusable.length} user names look`;
  warn(`${found} like another one`, confusable);
}

const counted = ({ length }: readonly unknown[]) => (length === 1 ? '1 user has' : `${length} users have`);

/** Names the first users: a warning of a million names helps no one. */
function warn(found: string, users: readonly string[]): void {
  const more = users.length > 20 ? ', …' : '';
  process.emitWarning(`${found}: ${users.slice(0, 20).join(', ')}${more}.`);
}
