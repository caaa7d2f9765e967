import { startApi, type RunningApi } from './start-api.ts';

// In this package, because the built pages and the server have separate copies of the web app's modules.
let embedded: Promise<RunningApi> | undefined;

/** Starts the API in the process of another server, once. */
export function startEmbeddedApi(...args: Parameters<typeof startApi>): Promise<RunningApi> {
  embedded ??= startApi(...args);
  return embedded;
}

/** The API that `startEmbeddedApi` has started. @throws Error when it was not started */
export function getEmbeddedApi(): Promise<RunningApi> {
  if (!embedded) throw new Error('The API was not started in this process. Set API_URL to use another one.');
  return embedded;
}
