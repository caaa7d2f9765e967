import { serializeCookie } from 'oslo/cookie';

/** The tokens that a browser sends. */
export type PresentedTokens = { session: string | null; remember: string | null };

/** Changes to a browser's tokens: a new token, null to delete it, undefined to leave it. */
export type IssuedTokens = {
  session?: string | null;
  remember?: { token: string; expiresAt: Date } | null;
};

/** Reads and writes the two cookies of a signed-in browser, as header values. */
export type SessionCookies = {
  readonly names: { readonly session: string; readonly remember: string };
  /** The tokens in a request's `Cookie` header. */
  read(cookieHeader: string | null): PresentedTokens;
  /**
   * The `Set-Cookie` values for issued tokens. The session cookie ends with the browser's session; the remember cookie
   * has an expiry.
   */
  write(issued: IssuedTokens, now?: Date): string[];
};

/**
 * @param isSecure whether the site uses HTTPS; sets `Secure` and the `__Host-` prefix
 * @param prefix the beginning of the names, after `__Host-`; another one for each site on a host, since cookies ignore the port
 */
export function createSessionCookies({
  isSecure,
  prefix = 'latchkey_',
}: {
  isSecure: boolean;
  prefix?: string;
}): SessionCookies {
  // RFC 6265bis §4.1.3.2: __Host- needs Secure, Path=/ and no Domain, so no other host can set or shadow the cookie.
  const start = isSecure ? `__Host-${prefix}` : prefix;
  const names = { session: `${start}session`, remember: `${start}remember` };
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;
  const clear = (name: string) => serializeCookie(name, '', { ...attributes, maxAge: 0 });

  return {
    names,
    read(cookieHeader) {
      const cookies = parse(cookieHeader);
      return { session: cookies.get(names.session) ?? null, remember: cookies.get(names.remember) ?? null };
    },
    write({ session, remember }, now = new Date()) {
      const written: string[] = [];
      if (session === null) written.push(clear(names.session));
      else if (session !== undefined) written.push(serializeCookie(names.session, session, attributes));
      if (remember === null) written.push(clear(names.remember));
      else if (remember !== undefined) {
        const maxAge = Math.max(0, Math.floor((remember.expiresAt.getTime() - now.getTime()) / 1000));
        written.push(serializeCookie(names.remember, remember.token, { ...attributes, maxAge }));
      }
      return written;
    },
  };
}

/** The first cookie of a name counts: browsers send the one with the longest path first (RFC 6265 §5.4). */
function parse(header: string | null): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const [key = '', ...value] = pair.split('=');
    const name = key.trim();
    if (!cookies.has(name)) cookies.set(name, value.join('=').trim());
  }
  return cookies;
}
