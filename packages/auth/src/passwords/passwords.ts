import { createHmac } from 'node:crypto';
import { Argon2id } from 'oslo/password';
import { readBcrypt } from './formats/bcrypt.ts';
import { readDjango } from './formats/django.ts';
import { readColonScrypt } from './formats/javascript.ts';
import { argon2Figures, readArgon2, readPhcScrypt } from './formats/phc.ts';
import { readPhpass } from './formats/phpass.ts';
import type { StoredPassword, UnusablePassword } from './formats/stored-password.ts';
import { readWerkzeug } from './formats/werkzeug.ts';

/** A secret that is mixed into every password, under an id by which it can be changed. */
export type Pepper = { readonly id: string; readonly secret: string };

export type PasswordOptions = {
  /** Today's first; the others still verify. */
  peppers?: readonly Pepper[];
  /** Devise's `config.pepper`, for passwords that moved in from Rails. */
  devisePepper?: string | null;
  /** Whether forms that protect nothing any more are accepted, to be replaced at the first sign-in. */
  acceptsWeakHashes?: boolean;
  /** Told once for each weak form that is met, and for a missing pepper. */
  onWarning?: (sentence: string) => void;
};

export type PasswordCheck = {
  isRight: boolean;
  /** Right, and stored in a form, with figures, or with a pepper other than today's. */
  isOutdated: boolean;
};

export type Passwords = {
  /**
   * Hashes a password for storing. Any Unicode; normalised once, as NFKC (NIST SP 800-63B-4 §3.1.1.2), never cut.
   * Twin of Werkzeug's `generate_password_hash`.
   * @returns a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; with a pepper `$pepper$ID` in front of it
   */
  hash: (password: string) => Promise<string>;
  /**
   * Whether the password is the one that was hashed, here or elsewhere. Twin of Werkzeug's `check_password_hash`.
   * With no hash (nobody has that name), and with one that cannot be used, it works as long as with one of ours and
   * answers no, so that time tells nothing. So it does after a wrong password where a cheaper hash is stored; one from
   * elsewhere that costs more takes longer, until its owner signs in. It never throws.
   */
  check: (hash: string | null, password: string) => Promise<PasswordCheck>;
};

/** OWASP's Password Storage cheat sheet, Argon2id: 19 MiB, two passes, one lane. The stored hash names them. */
const today = { m: 19_456, t: 2, p: 1 } as const;
const argon2id = new Argon2id({ memorySize: today.m, iterations: today.t, parallelism: today.p });

/** Hashing and checking, with what an application's settings say. */
export function createPasswords(options: PasswordOptions = {}): Passwords {
  const { peppers = [], devisePepper = null, acceptsWeakHashes = false, onWarning } = options;
  const warned = new Set<string>();
  const warnOnce = (sentence: string) => {
    if (warned.has(sentence)) return;
    warned.add(sentence);
    onWarning?.(sentence);
  };

  const hash = async (password: string) => {
    const [pepper] = peppers;
    if (!pepper) return argon2id.hash(password);
    return `$pepper$${pepper.id}${await argon2id.hash(peppered(password, pepper))}`;
  };
  /** Made at start, not at the first wrong name, which would take longer by it. */
  const nobodysHash = hash(crypto.randomUUID());

  return {
    hash,
    async check(stored, password) {
      try {
        const usable = stored === null ? null : find(stored);
        if (usable) {
          const isRight = await isOneOf(usable, password);
          if (isRight) return { isRight, isOutdated: !isToday(stored ?? '') };
          if (isStrong(withoutPepper(stored ?? ''))) return wrong;
        }
      } catch {
        // A hash that its own system would not read either: no, and no more said.
      }
      await argon2id.verify(withoutPepper(await nobodysHash), password);
      return wrong;
    },
  };

  function find(stored: string): StoredPassword | null {
    const [, id, inner = ''] = /^\$pepper\$([\w-]{1,16})(\$argon2id\$.*)$/s.exec(stored) ?? [];
    if (id !== undefined) return findPeppered(id, inner);

    const read = readHash(stored, devisePepper);
    if (!read || 'problem' in read) return null;
    if (!read.isWeak) return read;
    warnOnce(
      acceptsWeakHashes
        ? `A password is stored as ${read.scheme}. It is replaced when its owner signs in.`
        : `A password is stored as ${read.scheme}, and was not accepted. ACCEPT_WEAK_HASHES=on accepts it once.`,
    );
    return acceptsWeakHashes ? read : null;
  }

  function findPeppered(id: string, inner: string): StoredPassword | null {
    const pepper = peppers.find((known) => known.id === id);
    const read = readArgon2(inner);
    if (!pepper) warnOnce(`A password is stored with the pepper ${id}, which PASSWORD_PEPPER does not name.`);
    if (!pepper || !read || 'problem' in read) return null;
    return { ...read, verify: (password) => read.verify(peppered(password, pepper)) };
  }

  function isToday(stored: string): boolean {
    const [pepper] = peppers;
    const prefix = pepper ? `$pepper$${pepper.id}` : '';
    return stored.startsWith(`${prefix}$argon2id$`) && isStrong(stored.slice(prefix.length));
  }
}

const wrong: PasswordCheck = { isRight: false, isOutdated: false };

/** Argon2 with today's figures, or more. */
function isStrong(hash: string): boolean {
  const figures = argon2Figures(hash);
  return figures !== null && figures.m >= today.m && figures.t >= today.t && figures.p >= today.p;
}

/** Reads a stored hash of any form that is known. */
export function readHash(
  hash: string,
  devisePepper: string | null,
): StoredPassword | UnusablePassword | null {
  return (
    readArgon2(hash) ??
    readPhcScrypt(hash) ??
    readBcrypt(hash, devisePepper) ??
    readPhpass(hash) ??
    both(readDjango(hash), readWerkzeug(hash)) ??
    readColonScrypt(hash)
  );
}

/** What is stored of a password, for somebody who looks what moves in. */
export function describeHash(hash: string): { scheme: string; isWeak: boolean; problem: string | null } {
  if (/^(!|\*|$)/.test(hash)) {
    return { scheme: 'none', isWeak: false, problem: 'There is no password: it has to be reset.' };
  }
  const read = hash.startsWith('$pepper$')
    ? readArgon2(hash.replace(/^\$pepper\$[\w-]{1,16}/, ''))
    : readHash(hash, null);
  if (!read) return { scheme: 'unknown', isWeak: false, problem: 'It has no form that is known here.' };
  if ('problem' in read) return { scheme: read.scheme, isWeak: false, problem: read.problem };
  return { scheme: read.scheme, isWeak: read.isWeak, problem: null };
}

/** Two systems write `md5$…` and `sha1$…` alike and mean different things: it is right if it is right for either. */
function both(
  first: ReturnType<typeof readDjango>,
  second: ReturnType<typeof readWerkzeug>,
): ReturnType<typeof readDjango> {
  if (!first || !second || 'problem' in first || 'problem' in second) return first ?? second;
  return { ...second, verify: async (password) => (await first.verify(password)) || second.verify(password) };
}

/** Other systems take a password as it was typed, and one of them another way than the other. Ours is normalised. */
async function isOneOf({ verify }: StoredPassword, password: string): Promise<boolean> {
  const normalised = password.normalize('NFKC');
  if (await verify(normalised)) return true;
  return normalised !== password && verify(password);
}

const withoutPepper = (hash: string) => hash.replace(/^\$pepper\$[\w-]+/, '');

/** Keyed, so that who has the table alone cannot even begin to guess (OWASP Password Storage cheat sheet, Peppering). */
function peppered(password: string, { secret }: Pepper): string {
  return createHmac('sha256', secret).update(password.normalize('NFKC')).digest('base64');
}
