import { createHmac } from 'node:crypto';
import { Argon2id } from 'oslo/password';
import type { WaitLimits } from '../work/work-queue.ts';
import { argon2Figures, readArgon2 } from './formats/phc.ts';
import type { StoredPassword } from './formats/stored-password.ts';
import { readHash } from './read-hash.ts';
import { hashingQueue } from './hashing-queue.ts';

/** A secret that is mixed into every password. The id names it in stored hashes, so that it can be replaced. */
export type Pepper = { readonly id: string; readonly secret: string };

export type PasswordOptions = {
  /** The cost of a new hash. `fast` is for tests: it protects no password. */
  hashing?: keyof typeof costs;
  /** The first is for new hashes; the others still verify. */
  peppers?: readonly Pepper[];
  /** Devise's `config.pepper`, for passwords imported from Rails. */
  devisePepper?: string | null;
  /** Flask-Security's `SECURITY_PASSWORD_SALT`, for passwords imported from it. */
  flaskSecuritySalt?: string | null;
  /** Whether formats that are as good as plain text today are accepted, and replaced at the first sign-in. */
  acceptsWeakHashes?: boolean;
  /** Called once for each weak format found, and for each missing pepper. */
  onWarning?: (sentence: string) => void;
};

export type PasswordCheck = {
  isRight: boolean;
  /** Right, and stored in another format, at a lower cost, or with another pepper than a new hash would be. */
  isOutdated: boolean;
};

export type Passwords = {
  /**
   * Hashes a password for storing. Any Unicode; normalized once, as NFKC (NIST SP 800-63B-4 §3.1.1.2), never truncated.
   * Equivalent of Werkzeug's `generate_password_hash`.
   * @returns a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; with a pepper it begins with `$pepper$ID`
   * @throws BusyError when it cannot begin within the limits
   */
  hash: (password: string, limits?: WaitLimits) => Promise<string>;
  /**
   * Whether the password fits the stored hash, ours or another system's. Equivalent of Werkzeug's `check_password_hash`.
   * Without a hash (unknown user), with a malformed one, and after a wrong password against a cheaper one, it computes
   * one hash of ours before it refuses, so that the time does not depend on the user. A hash of another system that
   * costs more takes longer, until the next sign-in replaces it.
   * @throws BusyError when it cannot begin within the limits
   */
  check: (hash: string | null, password: string, limits?: WaitLimits) => Promise<PasswordCheck>;
};

/** Argon2id's memory in KiB, passes and lanes. The stored hash names them. */
const costs = {
  /** OWASP's Password Storage cheat sheet: 19 MiB, two passes, one lane. */
  standard: { m: 19_456, t: 2, p: 1 },
  /** The minimum of Argon2 (RFC 9106 §3.1: 8 KiB for each lane). */
  fast: { m: 8, t: 1, p: 1 },
} as const;

/** Hashes and checks passwords by an application's settings. */
export function createPasswords(options: PasswordOptions = {}): Passwords {
  const { peppers = [], acceptsWeakHashes = false, onWarning } = options;
  const cost = costs[options.hashing ?? 'standard'];
  const argon2id = new Argon2id({ memorySize: cost.m, iterations: cost.t, parallelism: cost.p });
  const warned = new Set<string>();
  const warnOnce = (sentence: string) => {
    if (warned.has(sentence)) return;
    warned.add(sentence);
    onWarning?.(sentence);
  };

  const compute = async (password: string) => {
    const [pepper] = peppers;
    if (!pepper) return argon2id.hash(password);
    return `$pepper$${pepper.id}${await argon2id.hash(peppered(password, pepper))}`;
  };
  const hash: Passwords['hash'] = (password, limits) => hashingQueue.run(() => compute(password), limits);
  /** Computed at start, so that the first unknown user does not take longer. */
  const hashForUnknownUsers = hash(crypto.randomUUID());

  return {
    hash,
    async check(stored, password, limits) {
      const unknown = await hashForUnknownUsers;
      return hashingQueue.run(() => verify(stored, password, unknown), limits);
    },
  };

  async function verify(stored: string | null, password: string, unknown: string): Promise<PasswordCheck> {
    try {
      const usable = stored === null ? null : find(stored);
      if (usable) {
        if (await verifyAny(usable, typedInputs(password)))
          return { isRight: true, isOutdated: !isUpToDate(stored ?? '') };
        if (await verifyAny(usable, derivedInputs(usable, password)))
          return { isRight: true, isOutdated: true };
        if (isStrong(withoutPepper(stored ?? ''))) return wrong;
      }
    } catch {
      // A hash that its own system could not read either is refused like a wrong password.
    }
    // As many hashes as for a wrong password of a user.
    const read = find(unknown);
    const derived = read ? derivedInputs(read, password) : [];
    for (const input of [password, ...derived]) await argon2id.verify(withoutPepper(unknown), input);
    return wrong;
  }

  function find(stored: string): StoredPassword | null {
    const [, id, inner = ''] = /^\$pepper\$([\w-]{1,16})(\$argon2id\$.*)$/s.exec(stored) ?? [];
    if (id !== undefined) return findPeppered(id, inner);

    const read = readHash(stored, options);
    if (!read || 'problem' in read) return null;
    if (!read.isWeak) return read;
    warnOnce(
      acceptsWeakHashes
        ? `A password is stored as ${read.scheme}. It is replaced at the next sign-in.`
        : `A password is stored as ${read.scheme} and was refused. ACCEPT_WEAK_HASHES=on accepts it once.`,
    );
    return acceptsWeakHashes ? read : null;
  }

  function findPeppered(id: string, inner: string): StoredPassword | null {
    const pepper = peppers.find((known) => known.id === id);
    const read = readArgon2(inner);
    if (!pepper) warnOnce(`A password is stored with the pepper ${id}, which is missing in PASSWORD_PEPPER.`);
    if (!pepper || !read || 'problem' in read) return null;
    return { ...read, verify: (password) => read.verify(peppered(password, pepper)) };
  }

  function isUpToDate(stored: string): boolean {
    const [pepper] = peppers;
    const prefix = pepper ? `$pepper$${pepper.id}` : '';
    return stored.startsWith(`${prefix}$argon2id$`) && isStrong(stored.slice(prefix.length));
  }

  /** Argon2 at the cost of a new hash, or more. */
  function isStrong(hash: string): boolean {
    const figures = argon2Figures(hash);
    return figures !== null && figures.m >= cost.m && figures.t >= cost.t && figures.p >= cost.p;
  }
}

const wrong: PasswordCheck = { isRight: false, isOutdated: false };

/** What to compute hashes of: other systems hash a password as it was typed; ours is normalized first. */
const typedInputs = (password: string) => [...new Set([password.normalize('NFKC'), password])];

/** The further inputs, which other systems derive from a password. */
const derivedInputs = ({ otherInputs = () => [] }: StoredPassword, password: string) => [
  ...new Set(typedInputs(password).flatMap(otherInputs)),
];

/** Whether one of the inputs fits. */
async function verifyAny({ verify }: StoredPassword, inputs: readonly string[]): Promise<boolean> {
  for (const input of inputs) {
    if (await verify(input)) return true;
  }
  return false;
}

const withoutPepper = (hash: string) => hash.replace(/^\$pepper\$[\w-]+/, '');

/** Keyed, so that a stolen table alone allows no guessing (OWASP Password Storage cheat sheet, Peppering). */
function peppered(password: string, { secret }: Pepper): string {
  return createHmac('sha256', secret).update(password.normalize('NFKC')).digest('base64');
}
