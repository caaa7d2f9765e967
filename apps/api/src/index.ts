/** The typed API of Latchkey: procedures for signing in, accounts and administration, over HTTP or in the same process. */
export { application, type Application } from './application.ts';
export { appRouter, type AppRouter } from './app-router.ts';
export { createApi, type Api } from './create-api.ts';
export { getEmbeddedApi, startEmbeddedApi } from './embedded-api.ts';
export type { Handler } from './handler.ts';
export type { LocalClient, LocalRequest } from './local-client.ts';
export type { FieldProblems, Reason } from './reasons.ts';
export { startApi, type RunningApi } from './start-api.ts';
