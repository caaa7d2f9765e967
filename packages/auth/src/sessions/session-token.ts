import { hash, randomBytes } from 'node:crypto';

/** What a token is for. Its first letter shows the kind, also to secret scanners. */
export type TokenKind = 'session' | 'remember' | 'link';

const letters = { session: 's', remember: 'r', link: 'l' } as const;

/** Creates a token with 256 random bits (ASVS 5.0 §7.2.3 requires 128). */
export function createToken(kind: TokenKind): string {
  return `${letters[kind]}_${randomBytes(32).toString('base64url')}`;
}

/** Whether a text has the form of such a token. A text of another form needs no look-up. */
export function isToken(kind: TokenKind, text: string | null): text is string {
  return text !== null && text.startsWith(letters[kind]) && /^[srl]_[\w-]{43}$/.test(text);
}

/** The form in which a token is stored. A fast hash is enough because the token is random. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
