import { createPasswords, type Passwords } from './passwords.ts';

/** Hashes a password by the default settings. Equivalent of Werkzeug's `generate_password_hash`. */
export function hashPassword(password: string): Promise<string> {
  return standard().hash(password);
}

/** Checks a password by the default settings. Equivalent of Werkzeug's `check_password_hash`. */
export async function checkPassword(hash: string | null, password: string): Promise<boolean> {
  return (await standard().check(hash, password)).isRight;
}

// Created at the first use, because creating it computes a hash.
const standard = () => (passwords ??= createPasswords());
let passwords: Passwords | undefined;
