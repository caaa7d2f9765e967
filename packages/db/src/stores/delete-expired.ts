import { setImmediate } from 'node:timers/promises';
import type { EntityName, FilterQuery } from '@mikro-orm/core';
import {
  DevelopmentMail,
  MailedLink,
  OutgoingMail,
  RememberedBrowser,
  Session,
  User,
} from '../entities/index.ts';
import type { Database } from '../database.ts';
import { resetMailsTo } from './outgoing-mails.ts';

export type DeleteExpiredOptions = {
  now?: Date;
  /** After how long unused a session, and a remembered browser, is over. Milliseconds. */
  sessionIdleMs: number;
  rememberIdleMs: number;
  /** How many rows go in one statement; requests come through between two. */
  batch?: number;
};

/**
 * Deletes what is over: sessions, remembered browsers, links, mails that nobody waits for any more, and accounts whose time
 * of grace has passed.
 * @returns how many rows of each, and who is gone
 */
export async function deleteExpired(
  database: Database,
  { now = new Date(), sessionIdleMs, rememberIdleMs, batch = 200 }: DeleteExpiredOptions,
): Promise<{ sessions: number; browsers: number; links: number; mails: number; users: DeletedUser[] }> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const clear = <E extends { id: string }>(entity: EntityName<E>, which: FilterQuery<E>) =>
    deleteInBatches(database, entity, which, batch);

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

// The link of a wish for a new password is good for half an hour. A mail that was given up can be looked at for a week.
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type DeletedUser = { username: string; email: string | null };

/** One by one: everything of theirs goes with them, in one transaction, and so do the mails that name their addresses. */
async function deleteUsers(database: Database, now: Date): Promise<DeletedUser[]> {
  const due = await database.em().find(User, { deleteAfter: { $lt: now } });
  const deleted: DeletedUser[] = [];
  for (const { id, username, email = null, pendingEmail = null } of due) {
    const isGone = await database.transactional(async (em) => {
      // Whoever has taken it back since they were found stays, and so does everything of theirs.
      if ((await em.nativeDelete(User, { id, deleteAfter: { $lt: now } })) === 0) return false;
      if (email) await em.nativeDelete(DevelopmentMail, { recipient: email });
      const wishes = await resetMailsTo(em, [email, pendingEmail]);
      await em.nativeDelete(OutgoingMail, { id: { $in: wishes.map((wish) => wish.id) } });
      return true;
    });
    if (isGone) deleted.push({ username, email });
    await setImmediate();
  }
  return deleted;
}

async function deleteInBatches<E extends { id: string }>(
  database: Database,
  entity: EntityName<E>,
  which: FilterQuery<E>,
  batch: number,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await database.em().find(entity, which, { limit: batch, disableIdentityMap: true });
    if (rows.length === 0) return deleted;
    const ids = rows.map(({ id }) => id);
    // The condition once more: a row may have come back to life since it was read.
    deleted += await database
      .em()
      .nativeDelete(entity, { $and: [{ id: { $in: ids } }, which] } as FilterQuery<E>);
    if (rows.length < batch) return deleted;
    await setImmediate();
  }
}
