import { passwordProblem } from '@latchkey/auth';
import type { Services } from './context.ts';
import { Refusal, type FieldProblems } from './reasons.ts';

/** A new password as a form has it: once, or twice where a person has typed it. */
type NewPassword = { password: string; password2?: string | undefined };

/**
 * Where a form is refused for other fields, what is wrong with its new password is told along: a person should not have to
 * send it twice to learn it.
 */
export async function withPasswordProblems(
  services: Services,
  fields: FieldProblems,
  form: unknown,
): Promise<FieldProblems> {
  if (typeof form !== 'object' || form === null) return fields;
  const { password, password2, username, email } = form as Record<string, unknown>;
  if (typeof password !== 'string' || password.length > 1024) return fields;
  const known = [username, email]
    .filter((word) => typeof word === 'string')
    .map((word) => word.slice(0, 320));
  const again = typeof password2 === 'string' ? { password2 } : {};
  return { ...(await problemsOf(services, { password, ...again }, known)), ...fields };
}

/**
 * A new password's hash, where the password may be chosen.
 * @param person what an attacker knows as well: the user name, the address
 * @throws Refusal `invalid_input`, with a sentence beside `password`, and beside `password2` where that is another
 */
export async function hashNewPassword(
  services: Services,
  entered: NewPassword,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const known = [username, ...(email ? [email, ...email.split('@')] : [])];
  const problems = await problemsOf(services, entered, known);
  if (Object.keys(problems).length > 0) throw new Refusal('invalid_input', problems);
  return services.passwords.hash(entered.password);
}

async function problemsOf(
  { leastPasswordLength, siteWords }: Services,
  { password, password2 }: NewPassword,
  known: readonly string[],
): Promise<FieldProblems> {
  const problem = await passwordProblem(password, [...siteWords, ...known], leastPasswordLength);
  const differ = password2 !== undefined && password2 !== password;
  return {
    ...(problem && { password: problem }),
    ...(differ && { password2: 'The two passwords differ. Enter the same one twice.' }),
  };
}
