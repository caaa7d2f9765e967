import type { AuthEvent } from '@latchkey/auth';
import { allowedOrigins, siteOrigin, type Config } from '@latchkey/config';
import type { Database } from '@latchkey/db';
import { isUpToDate } from '@latchkey/migrator';
import { clientAddress, createLog } from '@latchkey/http';
import type { Outbox } from '@latchkey/mail';
import { application as ours, type Application } from './application.ts';
import { createJobRunner, startPeriodicJobs } from './background-jobs.ts';
import { createHandler, type Handler } from './handler.ts';
import { createLocalClient, type LocalClient, type LocalRequest } from './local-client.ts';
import { recordSecurityEvents } from './record-security-events.ts';
import { createServices, type Services } from './services.ts';

/** The API over an open database. */
export type Api = {
  /** Answers HTTP requests. */
  handle: Handler;
  /** A typed client that calls the procedures in this process. */
  localClient(incoming: LocalRequest): LocalClient;
  services: Services;
  /** Starts sending mails and deleting expired rows. */
  startJobs(): void;
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
  const runner = createJobRunner(createLog(config.logLevel));
  let outbox: Outbox | null = null;
  const services = createServices({
    database,
    config,
    port,
    application,
    afterResponse: runner.afterResponse,
    onMail: () => outbox?.wake(),
  });
  recordSecurityEvents(services);
  subscribe(services.auth.events, application);

  return {
    services,
    handle: createHandler({
      services,
      allowedOrigins: allowedOrigins(config, port),
      addressOf: clientAddress(config.trustProxy),
      isReady: () => isUpToDate(database),
    }),
    localClient: (incoming) => createLocalClient(services, incoming),
    startJobs() {
      outbox = startPeriodicJobs(runner, database, config, siteOrigin(config, port), services);
    },
    mailSent: async () => outbox?.idle(),
    async stop() {
      await outbox?.stop();
      await runner.stop();
    },
  };
}

function subscribe(events: Services['auth']['events'], application: Application): void {
  for (const [event, listener] of Object.entries(application.on ?? {})) {
    // The cast: TypeScript loses which listener belongs to which event in a loop.
    events.on(event as AuthEvent, listener as never);
  }
}
