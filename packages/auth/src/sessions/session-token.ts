import { hash, randomBytes } from 'node:crypto';

/** What a token is for; its first letter says so to whoever finds one where it should not be. */
export type TokenKind = 'session' | 'remember' | 'link';

const letters = { session: 's', remember: 'r', link: 'l' } as const;

/** 256 bits from the system's generator (ASVS 5.0 §7.2.3 asks for 128). */
export function createToken(kind: TokenKind): string {
  return `${letters[kind]}_${randomBytes(32).toString('base64url')}`;
}

/** Whether something that came in can be such a token at all, which saves the look-up. */
export function isToken(kind: TokenKind, text: string | null): text is string {
  return text !== null && text.startsWith(letters[kind]) && /^[srl]_[\w-]{43}$/.test(text);
}

/** What is stored in place of a token. A fast hash is enough: a random token cannot be guessed at any speed. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
