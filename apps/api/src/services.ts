import {
  createAuth,
  createPasswords,
  createSessionCookies,
  createSqlSessionAdapter,
  type Auth,
  type Passwords,
  type SessionCookies,
} from '@latchkey/auth';
import { siteOrigin, siteWords, type Config } from '@latchkey/config';
import {
  createDevelopmentMailbox,
  createOutgoingMails,
  createRememberedBrowserStore,
  createSessionStore,
  createStores,
  type Database,
  type DevelopmentMailbox,
  exportAccount,
  type NewMail,
  type Stores,
  type UserRecord,
} from '@latchkey/db';
import type { Log } from '@latchkey/http';
import type { Application } from './application.ts';
import type { OutageReporter } from './report-outage.ts';
import { transactionRunner, type Transaction } from './transactions.ts';

/** What procedures work with: created once per process. The stores are in `packages/db/src/stores/create-stores.ts`. */
export type Services = Stores & {
  auth: Auth<UserRecord>;
  cookies: SessionCookies;
  passwords: Passwords;
  /** Whether visitors can create accounts. */
  registration: Config['registration'];
  /** Whether signing in requires a verified e-mail address. */
  requiresVerifiedEmail: boolean;
  /** The minimum number of characters of a new password. */
  passwordMinLength: number;
  /** Words about the site that are not allowed as a password. */
  siteWords: readonly string[];
  /** How long a deleted account can be restored. Milliseconds. */
  deletionGraceMs: number;
  /** Adds a mail to the outbox. It is sent in the background, also after a crash. */
  sendMail: (mail: NewMail) => Promise<void>;
  /** Runs work in one transaction. It may run several times, so it has no other effects. */
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Receives mails where no SMTP server is configured; null in production. */
  mailbox: DevelopmentMailbox | null;
  /** Everything that is stored about a user, for that user. */
  exportAccount: (userId: string) => Promise<Record<string, unknown>>;
  /** Runs work after the response was sent. An error in it is logged. */
  afterResponse: (work: () => Promise<void>) => void;
  log: Log;
  reportOutage: OutageReporter;
};

type ServiceOptions = {
  database: Database;
  config: Config;
  /** The port of the site, for its own origin. */
  port: number;
  application: Application;
  afterResponse: Services['afterResponse'];
  /** Called when a mail was added to the outbox. */
  onMail: () => void;
  log: Log;
  reportOutage: OutageReporter;
};

/** Connects auth, the stores and mail, which do not depend on each other. */
export function createServices(options: ServiceOptions): Services {
  const { database, config, port, application, afterResponse, onMail, log, reportOutage } = options;
  const stores = createStores(database);
  const outgoing = createOutgoingMails(database);
  const { users } = stores;
  const { loadUserFromRequest } = application;
  const inTransaction = transactionRunner(database, onMail);
  const auth = createAuth<UserRecord>({
    sessions: createSqlSessionAdapter(
      database.engine,
      (sql, values) => database.execute(sql, values),
      createSessionStore(database),
    ),
    remembered: createRememberedBrowserStore(database),
    transaction: (work) => inTransaction(({ authStores }) => work(authStores)),
    credential: ['passwordHash', 'credentialVersion'],
    loadUser: (id) => users.findById(id),
    loadUserFromRequest: loadUserFromRequest && ((request) => loadUserFromRequest(request, users)),
    sessionLifetime: config.session,
    rememberLifetime: config.remember,
    freshMs: config.freshMs,
    sessionProtection: config.sessionProtection,
    sessionsPerUser: config.sessionsPerUser,
    onListenerError(event, error) {
      log.error({ err: error, event }, 'event listener failed');
    },
  });

  return {
    ...stores,
    auth,
    transaction: (work) =>
      inTransaction(({ authStores, ...tx }) => work({ ...tx, auth: auth.within(authStores) })),
    cookies: createSessionCookies({
      isSecure: siteOrigin(config, port).startsWith('https:'),
      prefix: config.cookiePrefix,
    }),
    passwords: createPasswords({
      ...config.passwords,
      onWarning(sentence) {
        log.warn(sentence);
      },
    }),
    registration: config.registration,
    requiresVerifiedEmail: config.requiresVerifiedEmail,
    passwordMinLength: config.passwords.minLength,
    siteWords: siteWords(config, port),
    deletionGraceMs: config.deletionGraceMs,
    async sendMail(mail) {
      await outgoing.add(mail);
      onMail();
    },
    mailbox: config.production || config.mail.smtpUrl ? null : createDevelopmentMailbox(database),
    exportAccount: (userId) => exportAccount(database, userId),
    afterResponse,
    log,
    reportOutage,
  };
}
