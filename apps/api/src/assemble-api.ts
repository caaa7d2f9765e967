import {
  authCookies,
  createAuth,
  createPasswords,
  mysqlSessionAdapter,
  postgresqlSessionAdapter,
  sqliteSessionAdapter,
  type AuthEvent,
  type SessionAdapter,
  type SqliteDatabase,
} from '@latchkey/auth';
import { allowedOrigins, siteOrigin, siteWords, type Config } from '@latchkey/config';
import {
  createDevelopmentMailbox,
  createOutgoingMails,
  createRememberedBrowserStore,
  createSessionStore,
  createStores,
  exportAccount,
  isUpToDate,
  retrying,
  retryingRead,
  sweep,
  type Database,
} from '@latchkey/db';
import { clientAddress, createLog } from '@latchkey/http';
import {
  mailboxTransport,
  smtpTransport,
  startOutbox,
  type MailTransport,
  type Outbox,
} from '@latchkey/mail';
import { application as yours, type Application } from './application.ts';
import { createBackground } from './background.ts';
import { composeMail } from './compose-mail.ts';
import type { Services } from './context.ts';
import { createHandler, type Handler } from './handler.ts';
import { keepActivity } from './keep-activity.ts';

export type AssembledApi = {
  handle: Handler;
  services: Services;
  /** Starts what goes on beside requests: mail is sent, and what is over is swept. */
  startBackground: () => void;
  /** Resolves when every mail that is due is on its way: for tests. */
  mailSent: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Puts auth, db and mail together over an open database: none of them knows of the others.
 * @param port where the site is reached, for its own origin
 */
export async function assembleApi(
  database: Database,
  config: Config,
  port: number,
  application: Application = yours,
): Promise<AssembledApi> {
  const log = createLog(config.logLevel);
  const background = createBackground(log);
  const origin = siteOrigin(config, port);
  const stores = createStores(database);
  const { users, links } = stores;
  const outgoing = createOutgoingMails(database);
  const mailbox = config.production ? null : createDevelopmentMailbox(database);
  let outbox: Outbox | null = null;

  const { loadUserFromRequest } = application;
  const auth = createAuth({
    sessions: await sessionAdapter(database),
    remembered: createRememberedBrowserStore(database),
    loadUser: (id) => users.findById(id),
    loadUserFromRequest: loadUserFromRequest && ((request) => loadUserFromRequest(request, users)),
    sessionLifetime: config.session,
    rememberLifetime: config.remember,
    freshMs: config.freshMs,
    sessionProtection: config.sessionProtection,
    sessionsPerUser: config.sessionsPerUser,
    onListenerError: (event, error) => {
      log.error({ err: error, event }, 'a subscriber failed');
    },
  });

  const services: Services = {
    ...stores,
    auth,
    cookies: authCookies({ isSecure: origin.startsWith('https:') }),
    passwords: createPasswords({
      ...config.passwords,
      onWarning: (sentence) => {
        log.warn(sentence);
      },
    }),
    leastPasswordLength: config.passwords.least,
    siteWords: siteWords(config, port),
    deletionGraceMs: config.deletionGraceMs,
    async sendMail(mail) {
      await outgoing.add(mail);
      outbox?.wake();
    },
    mailbox: config.mail.smtpUrl ? null : mailbox,
    exportAccount: (userId) => exportAccount(database, userId),
    later: background.later,
    log,
  };
  keepActivity(services);
  subscribe(auth.events, application);

  const handle = createHandler({
    services,
    allowedOrigins: allowedOrigins(config, port),
    addressOf: clientAddress(config.trustProxy),
    isReady: () => isUpToDate(database),
  });

  return {
    handle,
    services,

    startBackground() {
      const transport = mailTransport(config, origin, services);
      if (transport) {
        outbox = startOutbox({
          store: outgoing,
          render: composeMail({ users, links, origin }),
          transport,
          log,
        });
      } else log.warn('SMTP_URL is not set: mail is kept, and sent once it is.');

      background.repeat(sweepEveryMs, async () => {
        const idle = { sessionIdleMs: config.session.idleMs, rememberIdleMs: config.remember.idleMs };
        const { users: deleted } = await sweep(database, idle);
        for (const { username, email } of deleted) {
          if (email) {
            await services.sendMail({ kind: 'account_deleted', userId: null, data: { to: email, username } });
          }
        }
      });
    },

    mailSent: async () => outbox?.idle(),

    async stop() {
      await outbox?.stop();
      await background.stop();
    },
  };
}

const sweepEveryMs = 60_000;

/** A mail server, or the mailbox for development; null in production without a mail server. */
function mailTransport(config: Config, origin: string, { mailbox }: Services): MailTransport | null {
  const from = config.mail.from ?? `Latchkey <no-reply@${new URL(origin).hostname}>`;
  if (config.mail.smtpUrl) return smtpTransport({ url: config.mail.smtpUrl, from });
  return mailbox && mailboxTransport({ from, store: (mail) => mailbox.keep(mail) });
}

function subscribe(events: Services['auth']['events'], application: Application): void {
  // The cast: each event's own listener, which TypeScript cannot follow through a loop.
  for (const [event, listener] of Object.entries(application.on ?? {})) {
    events.on(event as AuthEvent, listener as never);
  }
}

async function sessionAdapter(database: Database): Promise<SessionAdapter> {
  const client = await database.nativeClient();
  const tables = { user: 'users', session: 'sessions' };
  const { updateSession } = createSessionStore(database);
  switch (database.engine) {
    case 'sqlite':
      // The cast: MikroORM's connection to SQLite is better-sqlite3's Database.
      return withRetries(
        sqliteSessionAdapter(client as SqliteDatabase, tables, updateSession, (write) =>
          database.exclusively(write),
        ),
      );
    case 'postgresql':
      return withRetries(postgresqlSessionAdapter(client, tables, updateSession));
    case 'mysql':
      return withRetries(mysqlSessionAdapter(client, tables, updateSession));
  }
}

/** Lucia's adapters ask the driver themselves, and so without what the stores of `packages/db` do by themselves. */
function withRetries(adapter: SessionAdapter): SessionAdapter {
  return {
    getSessionAndUser: (id) => retryingRead(() => adapter.getSessionAndUser(id)),
    getUserSessions: (userId) => retryingRead(() => adapter.getUserSessions(userId)),
    setSession: (session) => retrying(() => adapter.setSession(session)),
    updateSessionExpiration: (id, expiresAt) =>
      retrying(() => adapter.updateSessionExpiration(id, expiresAt)),
    deleteSession: (id) => retrying(() => adapter.deleteSession(id)),
    deleteUserSessions: (userId) => retrying(() => adapter.deleteUserSessions(userId)),
    deleteExpiredSessions: () => retrying(() => adapter.deleteExpiredSessions()),
    updateSession: (id, changes) => adapter.updateSession(id, changes),
  };
}
