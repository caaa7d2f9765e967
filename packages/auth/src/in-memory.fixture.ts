import type { DatabaseSession } from 'lucia';
import { createAuth } from './auth.ts';
import type { AuthOptions } from './auth-parts.ts';
import type { IssuedTokens, PresentedTokens } from './sessions/session-cookies.ts';
import { memoryRememberStore } from './remember/memory-remember-store.ts';
import { memorySessionAdapter } from './sessions/memory-session-adapter.ts';
import type { Client } from './sessions/session.ts';

export const hour = 3_600_000;
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

/** The auth package over nothing but maps: no database, no framework. */
export function inMemory(options: Partial<AuthOptions<TestUser>> = {}) {
  const users = new Map([susan, bob].map((user) => [user.id, { ...user }]));
  const stored = new Map<string, DatabaseSession>();
  const sessions = memorySessionAdapter(stored);
  const auth = createAuth<TestUser>({
    sessions,
    remembered: memoryRememberStore(sessions),
    loadUser: (id) => Promise.resolve(users.get(id) ?? null),
    sessionLifetime: { idleMs: 12 * hour, lifetimeMs: 48 * hour },
    rememberLifetime: { idleMs: 720 * hour, lifetimeMs: 8760 * hour },
    freshMs: hour / 4,
    ...options,
  });
  return { auth, users, stored };
}

/** What a browser presents that has kept what it was issued. @param before what it had */
export function kept(issued: IssuedTokens, before: PresentedTokens = nothing): PresentedTokens {
  const { session = before.session, remember } = issued;
  return { session, remember: remember === undefined ? before.remember : (remember?.token ?? null) };
}

export const nothing: PresentedTokens = { session: null, remember: null };

/** The browser was closed in between. */
export const reopened = ({ remember }: PresentedTokens): PresentedTokens => ({ session: null, remember });
