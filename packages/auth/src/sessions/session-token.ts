import { hash, randomBytes } from 'node:crypto';

/**
 * Which of the two lifetimes a session has is the first letter of its token: Lucia has one lifetime an instance, and has to
 * be chosen before the session is read. A changed letter makes another token, whose hash nobody has stored.
 */
export type TokenKind = 'session' | 'remembered';

const letters = { session: 's', remembered: 'r' } as const;

/** 256 bits from the system's generator (ASVS 5.0 §7.2.3 asks for 128). */
export function createToken(kind: TokenKind): string {
  return `${letters[kind]}_${randomBytes(32).toString('base64url')}`;
}

/** The kind of something that came in as a token; null when it cannot be one, which saves the look-up. */
export function kindOfToken(token: string): TokenKind | null {
  if (!/^[sr]_[\w-]{43}$/.test(token)) return null;
  return token.startsWith(letters.session) ? 'session' : 'remembered';
}

/** What is stored in place of the token. A fast hash is enough: a random token cannot be guessed at any speed. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
