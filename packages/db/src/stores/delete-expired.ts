import { setImmediate } from 'node:timers/promises';
import type { EntityManager, EntityName, FilterQuery } from '@mikro-orm/core';
import {
  DevelopmentMail,
  MailedLink,
  OutgoingMail,
  RememberedBrowser,
  Session,
  User,
} from '../entities/index.ts';
import type { Database } from '../database.ts';
import { identityKey } from '../identity-key.ts';
import { findResetMails } from './outgoing-mails.ts';

export type DeleteExpiredOptions = {
  now?: Date;
  /** After this time without use, sessions and remembered browsers expire. Milliseconds. */
  sessionIdleMs: number;
  rememberIdleMs: number;
  /** Rows per statement. Requests are processed between statements. */
  batchSize?: number;
};

/**
 * Deletes expired sessions, remembered browsers and links, old mails, and accounts whose grace period has ended.
 * @returns the number of deleted rows of each kind, and the deleted users
 */
export async function deleteExpired(
  database: Database,
  { now = new Date(), sessionIdleMs, rememberIdleMs, batchSize = 200 }: DeleteExpiredOptions,
): Promise<{ sessions: number; browsers: number; links: number; mails: number; users: DeletedUser[] }> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const clear = <E extends { id: string }>(entity: EntityName<E>, which: FilterQuery<E>) =>
    deleteInBatches(database, entity, which, batchSize);

  return {
    sessions:
      (await clear(Session, { expiresAt: { $lt: now } })) +
      (await clear(Session, { lastSeenAt: { $lt: ago(sessionIdleMs) } })),
    browsers:
      (await clear(RememberedBrowser, { expiresAt: { $lt: now } })) +
      (await clear(RememberedBrowser, { lastSeenAt: { $lt: ago(rememberIdleMs) } })),
    links: await clear(MailedLink, { expiresAt: { $lt: now } }),
    mails:
      (await clear(OutgoingMail, { createdAt: { $lt: ago(hourMs) }, kind: 'reset_password' })) +
      (await clear(OutgoingMail, {
        createdAt: { $lt: ago(7 * dayMs) },
        $or: [{ nextAttemptAt: null }, { user: null }],
      })) +
      (await clear(DevelopmentMail, { sentAt: { $lt: ago(dayMs) }, user: null })),
    users: await deleteUsers(database, now),
  };
}

// A link to reset the password is valid for half an hour. Failed mails are kept for a week for inspection.
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type DeletedUser = {
  username: string;
  /** Null without an address, and when another user owns it. */
  email: string | null;
};

/** Deletes each account in its own transaction, with all its rows and the mails to its addresses. */
async function deleteUsers(database: Database, now: Date): Promise<DeletedUser[]> {
  const due = await database.em().find(User, { deleteAfter: { $lt: now } });
  const deleted: DeletedUser[] = [];
  for (const { id, username, email = null, pendingEmail = null } of due) {
    const addresses = await database.transactional(async (em) => {
      // The user may have cancelled the deletion in the meantime.
      if ((await em.nativeDelete(User, { id, deleteAfter: { $lt: now } })) === 0) return null;
      const unowned = await withoutOwner(em, [email, pendingEmail]);
      await em.nativeDelete(DevelopmentMail, { recipient: { $in: unowned } });
      const resetMails = await findResetMails(em, unowned);
      await em.nativeDelete(OutgoingMail, { id: { $in: resetMails.map((mail) => mail.id) } });
      return unowned;
    });
    if (addresses) deleted.push({ username, email: addresses.find((address) => address === email) ?? null });
    await setImmediate();
  }
  return deleted;
}

/** The addresses that no user owns: mails to the others are their owners'. */
async function withoutOwner(em: EntityManager, addresses: readonly (string | null)[]): Promise<string[]> {
  const entered = addresses.filter((address) => address !== null);
  const owners = await em.find(User, { emailKey: { $in: entered.map(identityKey) } });
  const owned = new Set(owners.map(({ emailKey }) => emailKey));
  return entered.filter((address) => !owned.has(identityKey(address)));
}

async function deleteInBatches<E extends { id: string }>(
  database: Database,
  entity: EntityName<E>,
  which: FilterQuery<E>,
  batchSize: number,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await database.em().find(entity, which, { limit: batchSize, disableIdentityMap: true });
    if (rows.length === 0) return deleted;
    const ids = rows.map(({ id }) => id);
    // Checks the condition again, because a row may have been used in the meantime.
    deleted += await database
      .em()
      .nativeDelete(entity, { $and: [{ id: { $in: ids } }, which] } as FilterQuery<E>);
    if (rows.length < batchSize) return deleted;
    await setImmediate();
  }
}
