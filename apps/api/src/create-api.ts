import type { AuthEvent } from '@latchkey/auth';
import { allowedOrigins, siteOrigin, type Config } from '@latchkey/config';
import {
  createDatabaseTime,
  DatabaseError,
  outsideDatabaseCall,
  runDatabaseCall,
  type Database,
} from '@latchkey/db';
import { isUpToDate, requireMigrations } from '@latchkey/migrator';
import { clientAddress, createLog } from '@latchkey/http';
import type { Outbox } from '@latchkey/mail';
import { application as ours, type Application } from './application.ts';
import { createJobRunner, startPeriodicJobs } from './background-jobs.ts';
import { createHandler, type Handler } from './handler.ts';
import { createLocalClient, type LocalClient, type LocalRequest } from './local-client.ts';
import { recordSecurityEvents } from './record-security-events.ts';
import { createOutageReporter } from './report-outage.ts';
import { createServices, type Services } from './services.ts';
import { readinessMs } from './time-limits.ts';

/** The API over an open database. */
export type Api = {
  /** Answers HTTP requests. */
  handle: Handler;
  /** A typed client that calls the procedures in this process. */
  localClient(incoming: LocalRequest): LocalClient;
  services: Services;
  /** Starts sending mails and deleting expired rows. */
  startJobs(): void;
  /** Why the entities do not fit the migrations, and what to do; null if they do. */
  missingMigration(): Promise<string | null>;
  /** Resolves when every mail that is due was sent. */
  mailSent(): Promise<void>;
  /** Waits for running work; the database stays open. */
  stop(): Promise<void>;
};

/**
 * Creates the API over an open database with a current schema.
 * @param port of the site, for its own origin
 */
export function createApi(
  database: Database,
  config: Config,
  port: number,
  application: Application = ours,
): Api {
  const log = createLog(config.logLevel);
  const reportOutage = createOutageReporter(log);
  const runner = createJobRunner({ log, reportOutage });
  let outbox: Outbox | null = null;
  const services = createServices({
    database,
    config,
    port,
    application,
    afterResponse: runner.afterResponse,
    // The mails are sent outside the request that wakes the outbox.
    onMail: () => outsideDatabaseCall(() => outbox?.wake()),
    log,
    reportOutage,
  });
  recordSecurityEvents(services);
  subscribe(services.auth.events, application);

  // The files do not change while the process runs.
  let found: Promise<string | null> | undefined;
  const missingMigration = () => (found ??= findMissingMigration(database));

  return {
    services,
    missingMigration,
    handle: createHandler({
      services,
      allowedOrigins: allowedOrigins(config, port),
      addressOf: clientAddress(config.trustProxy),
      isReady: async () => (await isReady(database)) && (await missingMigration()) === null,
    }),
    localClient: (incoming) => createLocalClient(services, incoming),
    startJobs() {
      outbox = startPeriodicJobs(runner, database, config, siteOrigin(config, port), services);
    },
    mailSent: async () => outbox?.idle(),
    async stop() {
      await Promise.all([outbox?.stop(), runner.stop()]);
    },
  };
}

/** Whether the database answers in time, can be written to, and has the current schema. */
const isReady = (database: Database): Promise<boolean> =>
  runDatabaseCall({ time: createDatabaseTime(readinessMs), hasWritten: false }, async () => {
    await database.requireAvailable();
    return isUpToDate(database);
  });

const findMissingMigration = (database: Database): Promise<string | null> =>
  requireMigrations(database).then(
    () => null,
    (error: unknown) => {
      if (error instanceof DatabaseError) return error.message;
      throw error;
    },
  );

function subscribe(events: Services['auth']['events'], application: Application): void {
  for (const [event, listener] of Object.entries(application.on ?? {})) {
    // The cast: TypeScript loses which listener belongs to which event in a loop.
    events.on(event as AuthEvent, listener as never);
  }
}
