import { MailError } from './mail-error.ts';
import type { Mail, MailTransport } from './mail.ts';
import { longestTryingMs, retryDelayMs } from './retry-delay.ts';

/** The table that mail is sent from. */
export type OutboxStore<Job> = {
  /** The next job that is due, taken so that no other worker takes it for a time; null when there is none. */
  claim(
    now: Date,
    leaseMs: number,
  ): Promise<{ id: string; job: Job; attempts: number; createdAt: Date } | null>;
  done(id: string): Promise<void>;
  retryAt(id: string, at: Date, problem: string): Promise<void>;
  giveUp(id: string, problem: string): Promise<void>;
};

/** The worker that sends it. */
export type Outbox = {
  /** There is something new: look now. */
  wake(): void;
  /** Resolves when nothing that is due is left. */
  idle(): Promise<void>;
  /** Takes nothing new, and waits for what is under way. */
  stop(): Promise<void>;
};

export type OutboxOptions<Job> = {
  store: OutboxStore<Job>;
  /** Makes the mail; null when it is not wanted any more. */
  compose: (job: Job) => Promise<Mail | null>;
  transport: MailTransport;
  log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  now?: () => Date;
  /** How often to look for what is due again, and for what other processes have left. */
  pollMs?: number;
};

/** A worker that dies in the middle of a mail leaves it to the others after this time: longer than any sending takes. */
const leaseMs = 120_000;

/** How many mails are on their way at the same time. */
const atOnce = 3;

export function startOutbox<Job>(options: OutboxOptions<Job>): Outbox {
  const { store, compose, transport, log, now = () => new Date(), pollMs = 5000 } = options;
  let isStopping = false;
  let isWoken = false;
  let looking: Promise<void> | null = null;

  const timer = setInterval(wake, pollMs).unref();
  wake();

  return {
    wake,
    async idle() {
      while (looking) await looking;
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await looking;
      transport.close();
    },
  };

  function wake(): void {
    isWoken = true;
    if (isStopping) return;
    looking ??= look().finally(() => (looking = null));
  }

  /** Sends until nothing is due. What is noted while it looks is found before it ends. */
  async function look(): Promise<void> {
    try {
      while (isWoken && !isStopping) {
        isWoken = false;
        await Promise.all(Array.from({ length: atOnce }, sendAll));
      }
    } catch (error) {
      // The table cannot be read now: the next look is in a few seconds.
      log.error({ err: error }, 'the outgoing mail cannot be read');
    }
  }

  async function sendAll(): Promise<void> {
    while (!isStopping) {
      const claimed = await store.claim(now(), leaseMs);
      if (!claimed) return;
      await send(claimed);
    }
  }

  async function send({ id, job, attempts, createdAt }: Claimed<Job>): Promise<void> {
    try {
      const mail = await compose(job);
      if (mail) await transport.send(mail);
    } catch (error) {
      const problem = error instanceof MailError ? error.message : 'The mail could not be made.';
      const isOver = now().getTime() - createdAt.getTime() > longestTryingMs;
      if (isOver || (error instanceof MailError && error.isPermanent)) {
        log.error({ err: error, mail: id }, 'a mail was given up');
        return store.giveUp(id, problem);
      }
      log.warn({ err: error, mail: id, attempts }, 'a mail was not sent, and is tried again');
      return store.retryAt(id, new Date(now().getTime() + retryDelayMs(attempts)), problem);
    }
    return store.done(id);
  }
}

type Claimed<Job> = { id: string; job: Job; attempts: number; createdAt: Date };
