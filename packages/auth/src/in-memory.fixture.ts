import type { DatabaseSession } from 'lucia';
import { createAuth } from './auth.ts';
import type { AuthOptions } from './auth-parts.ts';
import type { LoginOptions } from './sessions/log-in.ts';
import type { IssuedTokens, PresentedTokens } from './sessions/session-cookies.ts';
import { createMemoryRememberStore } from './remember/memory-remember-store.ts';
import { createMemorySessionAdapter } from './sessions/memory-session-adapter.ts';
import type { Client } from './sessions/session.ts';

export const hourMs = 3_600_000;
export const susan = { id: '1', username: 'susan', isActive: true };
export const bob = { id: '2', username: 'bob', isActive: true };
export type TestUser = typeof susan;

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0';

export const laptop: Client = { userAgent: chrome, address: '192.0.2.1' };
export const laptopUpdated: Client = { ...laptop, userAgent: chrome.replace('140', '141') };
export const laptopElsewhere: Client = { ...laptop, address: '198.51.100.7' };
export const office: Client = { userAgent: firefox, address: '203.0.113.9' };

/** The auth functions over maps, without a database. */
export function inMemory(options: Partial<AuthOptions<TestUser>> = {}) {
  const users = new Map([susan, bob].map((user) => [user.id, { ...user }]));
  const stored = new Map<string, DatabaseSession>();
  const sessions = createMemorySessionAdapter(stored);
  const auth = createAuth<TestUser>({
    sessions,
    remembered: createMemoryRememberStore(sessions),
    loadUser: (id) => Promise.resolve(users.get(id) ?? null),
    sessionLifetime: { idleMs: 12 * hourMs, lifetimeMs: 48 * hourMs },
    rememberLifetime: { idleMs: 720 * hourMs, lifetimeMs: 8760 * hourMs },
    freshMs: hourMs / 4,
    ...options,
  });

  /** The tokens of a browser after signing in, as Susan on the laptop by default. */
  const logIn = async ({ user = susan, ...options }: Partial<LoginOptions> & { user?: TestUser } = {}) =>
    tokensAfter((await auth.loginUser(user, { client: laptop, ...options })).issued);

  /** The id of the user of a request with these tokens; null for the anonymous user. */
  const whoAmI = async (tokens: PresentedTokens, client = laptop) =>
    (await auth.resumeSession(tokens, client)).current.id;

  /** The session of a request with these tokens. @throws Error when there is none */
  const sessionOf = async (tokens: PresentedTokens, client = laptop) => {
    const { session } = await auth.resumeSession(tokens, client);
    if (!session) throw new Error('The tokens belong to no session.');
    return session;
  };

  return { auth, users, stored, logIn, whoAmI, sessionOf };
}

export const noTokens: PresentedTokens = { session: null, remember: null };

/** The tokens of a browser after a response. @param before its tokens before */
export function tokensAfter(issued: IssuedTokens, before: PresentedTokens = noTokens): PresentedTokens {
  const { session = before.session, remember } = issued;
  return { session, remember: remember === undefined ? before.remember : (remember?.token ?? null) };
}

/** The tokens of a browser that was closed and opened again: the session cookie is deleted. */
export const afterRestart = ({ remember }: PresentedTokens): PresentedTokens => ({ session: null, remember });
