import { readArgon2 } from './formats/phc.ts';
import type { PasswordOptions } from './passwords.ts';
import { readHash } from './read-hash.ts';

/** The format of a stored hash, and whether its user can sign in. */
export type HashDescription = {
  /** The system and algorithm that made it. */
  scheme: string;
  isWeak: boolean;
  /** Why it cannot be used; null if it can. */
  problem: string | null;
  /** The setting without which a sign-in with it is refused; null if none is missing. */
  missing: string | null;
};

export type HashSettings = Pick<PasswordOptions, 'peppers' | 'flaskSecuritySalt' | 'acceptsWeakHashes'>;

/**
 * Describes a stored hash for import reports. It never contains a part of the hash.
 * @param isFlaskSecurity whether the user is from Flask-Security, which hashes an HMAC of the password in some formats
 */
export function describeHash(
  hash: string,
  settings: HashSettings = {},
  isFlaskSecurity = false,
): HashDescription {
  if (/^(!|\*|$)/.test(hash)) return unusable('none', 'It has no password, which has to be reset.');

  const [, id, inner = ''] = /^\$pepper\$([\w-]{1,16})(\$argon2id\$.*)$/s.exec(hash) ?? [];
  const read = id === undefined ? readHash(hash, {}) : readArgon2(inner);
  if (!read) return unusable('unknown', 'Its format is not supported.');
  if ('problem' in read) return unusable(read.scheme, read.problem);

  const { scheme, isWeak } = read;
  const { peppers = [], flaskSecuritySalt, acceptsWeakHashes = false } = settings;
  const described = { scheme, isWeak, problem: null, missing: null };
  if (id !== undefined) {
    const isKnown = peppers.some((pepper) => pepper.id === id);
    return isKnown
      ? { ...described, scheme: `${scheme} with a pepper` }
      : { ...described, scheme: `${scheme} with an unknown pepper`, missing: 'PASSWORD_PEPPER' };
  }
  if (isFlaskSecurity && isDoubleHashed(hash)) {
    const missing = flaskSecuritySalt ? null : 'SECURITY_PASSWORD_SALT';
    return { ...described, scheme: `${scheme} of Flask-Security`, missing };
  }
  return { ...described, missing: isWeak && !acceptsWeakHashes ? 'ACCEPT_WEAK_HASHES' : null };
}

const unusable = (scheme: string, problem: string): HashDescription => ({
  scheme,
  isWeak: false,
  problem,
  missing: null,
});

/** The formats of passlib, to which Flask-Security applies its HMAC. Formats of Django are hashed once. */
const isDoubleHashed = (hash: string) => /^\$(argon2|scrypt|pbkdf2|bcrypt-sha256|2[aby])/.test(hash);
