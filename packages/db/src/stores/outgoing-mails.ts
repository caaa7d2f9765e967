import type { EntityManager, InferEntity } from '@mikro-orm/core';
import { OutgoingMail } from '../entities/index.ts';
import { identityKey } from '../identity-key.ts';
import type { Database } from '../database.ts';

/** A mail to be sent: its kind, the user whose account it is about, and its data. Contains no token. */
export type NewMail = { kind: string; userId: string | null; data: Record<string, string | null> };

export type MailJob = NewMail & { id: string; createdAt: Date };

/** The queue of outgoing mails. A mail in the queue is sent even after a crash. */
export type OutgoingMails = {
  add(mail: NewMail): Promise<void>;
  /** Leases the next mail that is due, so that no other process claims it meanwhile; null when none is due. */
  claim(
    now: Date,
    leaseMs: number,
  ): Promise<{ id: string; job: MailJob; attempts: number; createdAt: Date } | null>;
  done(id: string): Promise<void>;
  retryAt(id: string, at: Date, problem: string): Promise<void>;
  /** Stops trying to send a mail. It stays in the table for inspection. */
  giveUp(id: string, problem: string): Promise<void>;
};

export function createOutgoingMails(database: Database): OutgoingMails {
  const setNextAttempt = async (id: string, nextAttemptAt: Date | null, problem: string) => {
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
        const isLeased = (await database.em().nativeUpdate(OutgoingMail, { id, attempts }, lease)) === 1;
        if (!isLeased) continue; // Another process has claimed it.
        // The cast: `add` wrote it.
        const data = JSON.parse(due.data) as MailJob['data'];
        const job = { id, kind: due.kind, userId: due.user?.id ?? null, data, createdAt };
        return { id, job, attempts: attempts + 1, createdAt };
      }
    },

    async done(id) {
      await database.em().nativeDelete(OutgoingMail, { id });
    },
    retryAt: (id, at, problem) => setNextAttempt(id, at, problem),
    giveUp: (id, problem) => setNextAttempt(id, null, problem),
  };
}

/**
 * Finds queued mails to reset a password that were requested for one of the addresses. They have no user id, because the
 * user is looked up when the mail is rendered. They are deleted after an hour, so there are few.
 */
export async function findResetMails(
  em: EntityManager,
  addresses: readonly (string | null)[],
): Promise<InferEntity<typeof OutgoingMail>[]> {
  const keys = addresses.filter((address) => address !== null).map(identityKey);
  const mails = await em.find(OutgoingMail, { kind: 'reset_password' }, { orderBy: { id: 'asc' } });
  return mails.filter(({ data }) => {
    // The cast: `add` wrote it.
    const { email } = JSON.parse(data) as NewMail['data'];
    return email && keys.includes(identityKey(email));
  });
}
