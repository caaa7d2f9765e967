import { Argon2id } from 'oslo/password';

/** OWASP's Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane. The stored hash names them. */
const argon2id = new Argon2id({ memorySize: 19_456, iterations: 2, parallelism: 1 });

/**
 * Hashes a password for storing. Any Unicode; normalised once, as NFKC (NIST SP 800-63B-4 §3.1.1.2), never cut.
 * Twin of Werkzeug's `generate_password_hash`.
 * @returns a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`
 */
export function hashPassword(password: string): Promise<string> {
  return argon2id.hash(password);
}

/**
 * Whether the password is the one that was hashed. Twin of Werkzeug's `check_password_hash`.
 * With no hash (nobody has that name) it works as long as with one and answers no, so that time tells nothing.
 * A hash that cannot be read answers no; it never throws.
 */
export async function checkPassword(hash: string | null, password: string): Promise<boolean> {
  const isRight = await argon2id.verify(hash ?? (await nobodysHash), password).catch(() => false);
  return isRight && hash !== null;
}

/** Made at start, not at the first wrong name, which would take longer by it. */
const nobodysHash = hashPassword(crypto.randomUUID());
