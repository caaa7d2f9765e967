import type { Config } from '@latchkey/config';
import { createOutgoingMails, type Database, deleteExpired } from '@latchkey/db';
import type { Log } from '@latchkey/http';
import {
  createMailboxTransport,
  createSmtpTransport,
  startOutbox,
  type MailTransport,
  type Outbox,
} from '@latchkey/mail';
import { renderMail } from './render-mail.ts';
import type { Services } from './services.ts';

/** Work that no request waits for. */
export type JobRunner = {
  /** Runs work after the response was sent. An error in it is logged. */
  afterResponse: (work: () => Promise<void>) => void;
  /** Repeats work, one run at a time. @param everyMs from the end of a run to the start of the next */
  repeat(everyMs: number, work: () => Promise<void>): void;
  /** Starts no more work, and waits for running work. */
  stop(): Promise<void>;
};

export function createJobRunner(log: Pick<Log, 'error'>): JobRunner {
  const running = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopping = false;

  const run = (work: () => Promise<void>) => {
    const job = work().catch((error: unknown) => {
      log.error({ err: error }, 'background job failed');
    });
    running.add(job);
    return job.finally(() => running.delete(job));
  };

  return {
    afterResponse(work) {
      const waiting = new Promise<void>((resolve) => void setImmediate(resolve));
      void run(() => waiting.then(work));
    },

    repeat(everyMs, work) {
      const schedule = () => {
        if (isStopping) return;
        const timer = setTimeout(() => {
          timers.delete(timer);
          void run(work).then(schedule);
        }, everyMs);
        timers.add(timer.unref());
      };
      schedule();
    },

    async stop() {
      isStopping = true;
      for (const timer of timers) clearTimeout(timer);
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const deleteExpiredEveryMs = 60_000;

/**
 * Starts the periodic jobs: sending the mails of the outbox, and deleting expired rows.
 * @param origin of the site, for links in mails
 * @returns the outbox; null in production without an SMTP server
 */
export function startPeriodicJobs(
  runner: JobRunner,
  database: Database,
  config: Config,
  origin: string,
  services: Services,
): Outbox | null {
  const { session, remember } = config;
  runner.repeat(deleteExpiredEveryMs, async () => {
    const idle = { sessionIdleMs: session.idleMs, rememberIdleMs: remember.idleMs };
    const { users } = await deleteExpired(database, idle);
    for (const { username, email } of users) {
      if (!email) continue;
      await services.sendMail({ kind: 'account_deleted', userId: null, data: { to: email, username } });
    }
  });

  const transport = mailTransport(config, origin, services);
  if (transport) {
    const { users, links, log } = services;
    const store = createOutgoingMails(database);
    return startOutbox({ store, render: renderMail({ users, links, origin }), transport, log });
  }
  services.log.warn('SMTP_URL is not set: mails are stored, and will be sent once it is set.');
  return null;
}

/** SMTP, or the development mailbox; null in production without an SMTP server. */
function mailTransport(config: Config, origin: string, { mailbox }: Services): MailTransport | null {
  const from = config.mail.from ?? `Latchkey <no-reply@${new URL(origin).hostname}>`;
  if (config.mail.smtpUrl) return createSmtpTransport({ url: config.mail.smtpUrl, from });
  return mailbox && createMailboxTransport({ from, store: (mail) => mailbox.store(mail) });
}
