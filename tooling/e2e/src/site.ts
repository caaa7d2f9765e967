import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createMailboxClient } from './mailbox.ts';
import type { Mode } from './start-site.ts';

/** The demo users, whose accounts no test changes. */
export const demoUsers = [
  { username: 'susan', email: 'susan@example.com', password: 'cat' },
  { username: 'sam', email: 'sam@example.com', password: 'dog' },
  { username: 'jack', email: 'jack@example.com', password: 'boo' },
  { username: 'eric', email: 'eric@example.com', password: 'yoo' },
  { username: 'mayra', email: 'mayra@example.com', password: 'hey' },
  { username: 'bob', email: 'bob@example.com', password: 'who' },
] as const;

export const [susan, sam] = demoUsers;

export type Account = { username: string; email: string; password: string };

/** A running site, used over HTTP without a browser. */
export type Site = ReturnType<typeof getSite>;

/** The shared site that runs in this mode. */
export function getSite(mode: Mode) {
  const { url, databaseUrl } = inject('sites')[mode];
  const mailbox = createMailboxClient(url);

  /** Sends a request. Redirects are not followed. */
  const send = (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init });

  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, { method: 'POST', headers, body: new URLSearchParams(fields) });

  /** The HTML of a page. */
  const read = async (path: string, cookie = '') => (await send(path, { headers: { cookie } })).text();

  /** Signs in. @returns the `Cookie` header of the new session */
  async function signIn(
    { username, password }: Omit<Account, 'email'>,
    { remember = false, userAgent }: { remember?: boolean; userAgent?: string } = {},
  ): Promise<string> {
    const fields = { username, password, ...(remember && { remember: 'on' }) };
    const response = await post('/login', fields, userAgent ? { 'user-agent': userAgent } : {});
    if (response.status !== 303) throw new Error(`${username} cannot sign in: ${response.status}`);
    return readCookieHeader(response);
  }

  async function isSignedIn(cookie: string): Promise<boolean> {
    const { status, headers } = await send('/account', { headers: { cookie } });
    if (status === 200) return true;
    if (headers.get('location') === '/login?next=%2Faccount') return false;
    throw new Error(`/account was answered with ${status}`);
  }

  /** Registers a new user. The address is verified unless the test is about that. */
  async function createAccount({ isVerified = true } = {}): Promise<Account> {
    const username = `user-${randomBytes(6).toString('hex')}`;
    const account = { username, email: `${username}@example.com`, password: 'velvet otter juggles lemons' };
    const registered = await post('/register', { ...account, password2: account.password });
    if (registered.status !== 303) throw new Error(`${username} cannot register: ${registered.status}`);
    if (isVerified)
      await followLink(
        await mailbox.mailedLink(account.email, '/verify-email'),
        readCookieHeader(registered),
      );
    return account;
  }

  /** Submits the form of a page that a mailed link leads to. */
  async function followLink(
    link: string,
    cookie = '',
    fields: Record<string, string> = {},
  ): Promise<Response> {
    const response = await post(link.slice(url.length), fields, { cookie });
    if (response.status !== 303) throw new Error(`${link} was answered with ${response.status}`);
    return response;
  }

  return { url, databaseUrl, ...mailbox, send, post, read, signIn, isSignedIn, createAccount, followLink };
}

/** The cookies that a response sets, as a `Cookie` header. */
export const readCookieHeader = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

/** One cookie of a `Cookie` header, as `name=value`; empty when it is missing. */
export const cookieNamed = (name: string, cookies: string): string =>
  cookies.split('; ').find((cookie) => cookie.startsWith(`${name}=`)) ?? '';
