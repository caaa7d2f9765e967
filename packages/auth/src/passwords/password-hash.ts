import { createPasswords, type Passwords } from './passwords.ts';

/** As `createPasswords` without settings hashes. Twin of Werkzeug's `generate_password_hash`. */
export function hashPassword(password: string): Promise<string> {
  return standard().hash(password);
}

/** As `createPasswords` without settings checks. Twin of Werkzeug's `check_password_hash`. */
export async function checkPassword(hash: string | null, password: string): Promise<boolean> {
  return (await standard().check(hash, password)).isRight;
}

// Made when it is first needed: it hashes a password of nobody's.
const standard = () => (made ??= createPasswords());
let made: Passwords | undefined;
