import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { MailError } from './mail-error.ts';
import type { Mail, MailTransport } from './mail.ts';
import { maxAgeMs, retryDelayMs } from './retry-delay.ts';

/** The table of outgoing mails. */
export type OutboxStore<Job> = {
  /** Returns the next due job and leases it, so that no other worker gets it for `leaseMs`; null when none is due. */
  claim(now: Date, leaseMs: number): Promise<ClaimedJob<Job> | null>;
  done(id: string): Promise<void>;
  retryAt(id: string, at: Date, problem: string): Promise<void>;
  giveUp(id: string, problem: string): Promise<void>;
};

type ClaimedJob<Job> = { id: string; job: Job; attempts: number; createdAt: Date };

/** The worker that sends the mails of an outbox. */
export type Outbox = {
  /** Looks for due mails now. Called when one was added. */
  wake(): void;
  /** Resolves when no due mail is left. */
  idle(): Promise<void>;
  /**
   * Claims nothing more, and waits until the mails in progress are sent, but not without end: a mail to a server that does not
   * answer is sent again after the next start.
   */
  stop(): Promise<void>;
};

export type OutboxLog = {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
};

export type OutboxOptions<Job> = {
  store: OutboxStore<Job>;
  /** Writes the mail of a job; null when it is no longer needed. */
  render: (job: Job) => Promise<Mail | null>;
  transport: MailTransport;
  log: OutboxLog;
  now?: () => Date;
  /** Interval of looking for retries, and for mails added by other processes. */
  pollMs?: number;
};

/** Starts sending the mails in a table, and returns the worker. */
export function startOutbox<Job>(options: OutboxOptions<Job>): Outbox {
  const { transport, log, pollMs = 5000 } = options;
  let isStopping = false;
  let isWoken = false;
  let sending: Promise<void> | null = null;

  const timer = setInterval(wake, pollMs).unref();
  wake();

  return {
    wake,
    async idle() {
      while (sending) await sending;
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await Promise.race([sending, setTimeoutPromise(maxStopMs, undefined, { ref: false })]);
      transport.close();
    },
  };

  function wake(): void {
    isWoken = true;
    if (isStopping) return;
    sending ??= sendDue().finally(() => (sending = null));
  }

  /** Sends until no mail is due. A `wake` in the meantime starts another round. */
  async function sendDue(): Promise<void> {
    try {
      while (isWoken && !isStopping) {
        isWoken = false;
        await Promise.all(Array.from({ length: concurrency }, sendOneByOne));
      }
    } catch (error) {
      // The table cannot be read at the moment: the timer tries again.
      log.error({ err: error }, 'outgoing mails could not be read');
    }
  }

  async function sendOneByOne(): Promise<void> {
    while (!isStopping) {
      if (!(await sendNext(options))) return;
    }
  }
}

/** How long stopping waits for the mails in progress. Milliseconds. */
const maxStopMs = 3000;

/** A worker that stops in the middle of a mail leaves it to the others after this time, which no delivery exceeds. */
const leaseMs = 120_000;

/** Mails sent at the same time. */
const concurrency = 3;

/** Claims and sends one mail. @returns false when none is due */
async function sendNext<Job>(options: OutboxOptions<Job>): Promise<boolean> {
  const { store, render, transport, now = () => new Date() } = options;
  const claimed = await store.claim(now(), leaseMs);
  if (!claimed) return false;
  try {
    const mail = await render(claimed.job);
    if (mail) await transport.send(mail);
  } catch (error) {
    await retryOrGiveUp(options, claimed, error);
    return true;
  }
  await store.done(claimed.id);
  return true;
}

async function retryOrGiveUp<Job>(
  { store, log, now = () => new Date() }: OutboxOptions<Job>,
  { id, attempts, createdAt }: ClaimedJob<Job>,
  error: unknown,
): Promise<void> {
  const problem = error instanceof MailError ? error.message : 'The mail could not be rendered.';
  const isTooOld = now().getTime() - createdAt.getTime() > maxAgeMs;
  if (isTooOld || (error instanceof MailError && error.isPermanent)) {
    log.error({ err: error, mail: id }, 'a mail could not be sent and will not be retried');
    return store.giveUp(id, problem);
  }
  log.warn({ err: error, mail: id, attempts }, 'a mail could not be sent and will be retried');
  return store.retryAt(id, new Date(now().getTime() + retryDelayMs(attempts)), problem);
}
