import type { EntityManager, InferEntity } from '@mikro-orm/core';
import { OutgoingMail } from '../entities/index.ts';
import { identityKey } from '../identity-key.ts';
import type { Database } from '../database.ts';

/** A mail to be sent: its kind, whose account it is about, and what it says. Never a token. */
export type NewMail = { kind: string; userId: string | null; data: Record<string, string | null> };

export type MailJob = NewMail & { id: string; createdAt: Date };

/** The table that mail is sent from: a mail noted here is sent, also after a crash. */
export type OutgoingMails = {
  add(mail: NewMail): Promise<void>;
  /** The next mail that is due, taken so that no other process takes it for a time; null when there is none. */
  claim(
    now: Date,
    leaseMs: number,
  ): Promise<{ id: string; job: MailJob; attempts: number; createdAt: Date } | null>;
  done(id: string): Promise<void>;
  retryAt(id: string, at: Date, problem: string): Promise<void>;
  /** It stays in the table, for whoever looks why. */
  giveUp(id: string, problem: string): Promise<void>;
};

export function createOutgoingMails(database: Database): OutgoingMails {
  const note = async (id: string, nextAttemptAt: Date | null, problem: string) => {
    const changes = { nextAttemptAt, lastProblem: problem.slice(0, 255) };
    await database.em().nativeUpdate(OutgoingMail, { id }, changes);
  };

  return {
    async add({ kind, userId, data }) {
      const now = new Date();
      await database.transactional((em) => {
        em.create(OutgoingMail, {
          kind,
          user: userId,
          data: JSON.stringify(data),
          createdAt: now,
          attempts: 0,
          nextAttemptAt: now,
        });
        return em.flush();
      });
    },

    async claim(now, leaseMs) {
      for (;;) {
        const due = await database
          .em()
          .findOne(OutgoingMail, { nextAttemptAt: { $lte: now } }, { orderBy: { nextAttemptAt: 'asc' } });
        if (!due) return null;
        const { id, attempts, createdAt } = due;
        const lease = { nextAttemptAt: new Date(now.getTime() + leaseMs), attempts: attempts + 1 };
        const isMine = (await database.em().nativeUpdate(OutgoingMail, { id, attempts }, lease)) === 1;
        if (!isMine) continue; // Another process was quicker: there may be a next one.
        // The cast: `add` has written it.
        const data = JSON.parse(due.data) as MailJob['data'];
        const job = { id, kind: due.kind, userId: due.user?.id ?? null, data, createdAt };
        return { id, job, attempts: attempts + 1, createdAt };
      }
    },

    async done(id) {
      await database.em().nativeDelete(OutgoingMail, { id });
    },
    retryAt: (id, at, problem) => note(id, at, problem),
    giveUp: (id, problem) => note(id, null, problem),
  };
}

/**
 * Wishes for a new password with one of these addresses, whoever had them: who that is, is looked up when the mail is made,
 * and so no column says it. They are kept for an hour, and so are never many.
 */
export async function resetMailsTo(
  em: EntityManager,
  addresses: readonly (string | null)[],
): Promise<InferEntity<typeof OutgoingMail>[]> {
  const keys = addresses.filter((address) => address !== null).map(identityKey);
  const wishes = await em.find(OutgoingMail, { kind: 'reset_password' }, { orderBy: { id: 'asc' } });
  return wishes.filter(({ data }) => {
    // The cast: `add` has written it.
    const { email } = JSON.parse(data) as NewMail['data'];
    return email && keys.includes(identityKey(email));
  });
}
