import { createTRPCClient, localLink } from '@trpc/client';
import { appRouter, type AppRouter } from './app-router.ts';
import type { ApiClient } from './client.ts';
import { createContext, type IncomingRequest } from './context.ts';
import { logUnforeseen } from './log-unforeseen.ts';
import type { Services } from './services.ts';

/** The browser's request for which the procedures are called. */
export type LocalRequest = Omit<IncomingRequest, 'setCookie'>;

export type LocalClient = {
  client: ApiClient;
  /** The `Set-Cookie` values for the browser so far. */
  setCookies: readonly string[];
};

/**
 * Creates a typed client that calls the procedures in this process: without HTTP, with the same types, errors and cookies.
 * All calls share one context, so the session is looked up once.
 */
export function createLocalClient(services: Services, incoming: LocalRequest): LocalClient {
  const setCookies: string[] = [];
  const context = createContext(services, { ...incoming, setCookie: (value) => setCookies.push(value) });
  const link = localLink<AppRouter>({
    router: appRouter,
    createContext: () => Promise.resolve(context),
    onError: logUnforeseen(services.log),
  });
  return { client: createTRPCClient<AppRouter>({ links: [link] }), setCookies };
}
