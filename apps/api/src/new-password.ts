import { passwordProblem } from '@latchkey/auth';
import type { Services } from './context.ts';
import { Refusal, type FieldProblems } from './reasons.ts';

/**
 * Where a form is refused for other fields, what is wrong with its new password is told along: a person should not have to
 * send it twice to learn it.
 */
export async function withPasswordProblem(
  { leastPasswordLength }: Services,
  fields: FieldProblems,
  form: unknown,
): Promise<FieldProblems> {
  if (typeof form !== 'object' || form === null) return fields;
  const { password, username, email } = form as Record<string, unknown>;
  if ('password' in fields || typeof password !== 'string' || password.length > 1024) return fields;
  const known = [username, email]
    .filter((word) => typeof word === 'string')
    .map((word) => word.slice(0, 320));
  const problem = await passwordProblem(password, known, leastPasswordLength);
  return problem ? { ...fields, password: problem } : fields;
}

/**
 * A new password's hash, where the password may be chosen.
 * @param person what an attacker knows as well: the user name, the address
 * @throws Refusal `invalid_input`, with a sentence beside `password`
 */
export async function hashNewPassword(
  { passwords, leastPasswordLength }: Services,
  password: string,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const known = [username, ...(email ? [email, ...email.split('@')] : [])];
  const problem = await passwordProblem(password, known, leastPasswordLength);
  if (problem) throw new Refusal('invalid_input', { password: problem });
  return passwords.hash(password);
}
