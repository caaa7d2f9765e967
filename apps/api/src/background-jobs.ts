import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { Config } from '@latchkey/config';
import {
  createOutgoingMails,
  type Database,
  deleteExpired,
  outsideDatabaseCall,
  removeRestoreLeftovers,
  toOutageError,
} from '@latchkey/db';
import {
  createMailboxTransport,
  createSmtpTransport,
  greetingName,
  startOutbox,
  type MailTransport,
  type Outbox,
  type OutboxLog,
} from '@latchkey/mail';
import { renderMail } from './render-mail.ts';
import type { Services } from './services.ts';

/** Work that no request waits for. */
export type JobRunner = {
  /** Runs work after the response was sent. An error in it is logged. */
  afterResponse: (work: () => Promise<void>) => void;
  /** Repeats work, one run at a time. @param everyMs from the end of a run to the start of the next */
  repeat(everyMs: number, work: () => Promise<void>): void;
  /** Starts no more work, and waits for running work, but not without end. */
  stop(): Promise<void>;
};

/** @param report `reportOutage` is called while the database cannot be used */
export function createJobRunner({ log, reportOutage }: Pick<Services, 'log' | 'reportOutage'>): JobRunner {
  const running = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopping = false;

  const run = (work: () => Promise<void>) => {
    // The time of the request that has started the work is not that of the work.
    const job = outsideDatabaseCall(work).catch((error: unknown) => {
      const outage = toOutageError(error);
      if (outage) reportOutage(outage);
      else log.error({ err: error }, 'background job failed');
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
      const ended = (async () => {
        while (running.size > 0) await Promise.all(running);
      })();
      await Promise.race([ended, setTimeoutPromise(maxStopMs, undefined, { ref: false })]);
    },
  };
}

/** How long stopping waits for work that is running. It is safe to interrupt. Milliseconds. */
const maxStopMs = 3000;

const deleteExpiredEveryMs = 60_000;

const checkDatabaseEveryMs = 2_000;

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
  runner.afterResponse(async () => {
    const removed = await removeRestoreLeftovers(database);
    if (removed.length > 0) services.log.warn({ removed }, 'removed what a killed restore has left');
  });
  // An outage that requests would not meet for a while, like a file that was deleted, is logged soon.
  runner.repeat(checkDatabaseEveryMs, () => database.requireAvailable());
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
    const { users, links } = services;
    const store = createOutgoingMails(database);
    const render = renderMail({ users, links, origin });
    return startOutbox({ store, render, transport, log: withoutOutages(services) });
  }
  services.log.warn('SMTP_URL is not set: mails are stored, and will be sent once it is set.');
  return null;
}

/** A log that reports an outage of the database like the rest of the process does. */
function withoutOutages({ log, reportOutage }: Pick<Services, 'log' | 'reportOutage'>): OutboxLog {
  return {
    warn(details, message) {
      log.warn(details, message);
    },
    error(details, message) {
      const outage = 'err' in details ? toOutageError(details.err) : null;
      if (outage) reportOutage(outage);
      else log.error(details, message);
    },
  };
}

/** SMTP, or the development mailbox; null in production without an SMTP server. */
function mailTransport(config: Config, origin: string, { mailbox }: Services): MailTransport | null {
  const { hostname: siteHost } = new URL(origin);
  const { smtpUrl, hostname } = config.mail;
  const from = config.mail.from ?? `Latchkey <no-reply@${greetingName(siteHost)}>`;
  if (smtpUrl) return createSmtpTransport({ url: smtpUrl, from, hostname: hostname ?? siteHost });
  return mailbox && createMailboxTransport({ from, store: (mail) => mailbox.store(mail) });
}
