import { serializeCookie } from 'oslo/cookie';
import type { Session } from './session.ts';

/** Reads and writes the one cookie that carries the session token. Knows header texts and no web framework. */
export type SessionCookie = {
  readonly name: string;
  /** The token in a request's `Cookie` header; null when there is none. */
  read(cookieHeader: string | null): string | null;
  /** A `Set-Cookie` value; a session that is not remembered ends with the browser. */
  write(token: string, session: Session, now?: Date): string;
  /** A `Set-Cookie` value that takes the cookie away. */
  clear(): string;
};

/**
 * @param isSecure whether the site is reached over HTTPS; decides on `Secure` and the `__Host-` prefix
 */
export function sessionCookie({ isSecure }: { isSecure: boolean }): SessionCookie {
  // RFC 6265bis §4.1.3.2: __Host- needs Secure, Path=/ and no Domain, so no other host can set or shadow the cookie.
  const name = isSecure ? '__Host-latchkey_session' : 'latchkey_session';
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;

  return {
    name,
    read(cookieHeader) {
      for (const pair of cookieHeader?.split(';') ?? []) {
        const [key = '', ...value] = pair.split('=');
        if (key.trim() === name) return value.join('=').trim();
      }
      return null;
    },
    write(token, session, now = new Date()) {
      if (!session.isRemembered) return serializeCookie(name, token, attributes);
      const maxAge = Math.max(0, Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000));
      return serializeCookie(name, token, { ...attributes, maxAge });
    },
    clear: () => serializeCookie(name, '', { ...attributes, maxAge: 0 }),
  };
}
