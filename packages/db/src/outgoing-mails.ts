import { OutgoingMail } from './entities/index.ts';
import type { Database } from './open-database.ts';

/** A mail to be sent: its kind, whose account it is about, and what it says. Never a token. */
export type NewMail = { kind: string; userId: string | null; data: Record<string, string | null> };

export type MailJob = NewMail & { id: string };

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
      const em = database.em();
      const now = new Date();
      em.create(OutgoingMail, {
        kind,
        user: userId,
        data: JSON.stringify(data),
        createdAt: now,
        attempts: 0,
        nextAttemptAt: now,
      });
      await em.flush();
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
        const job = { id, kind: due.kind, userId: due.user?.id ?? null, data };
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
