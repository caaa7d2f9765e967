import { passwordProblem } from '@latchkey/auth';
import { Refusal, type FieldProblems } from './reasons.ts';
import type { Services } from './services.ts';

/** A new password as a form sends it. `password2` is the repetition, if the form has one. */
type NewPassword = { password: string; password2?: string | undefined };

/** Adds the problems of a form's new password to those of its other fields, so that all are shown at once. */
export async function withPasswordProblems(
  services: Services,
  fields: FieldProblems,
  form: unknown,
): Promise<FieldProblems> {
  if (typeof form !== 'object' || form === null) return fields;
  const { password, password2, username, email } = form as Record<string, unknown>;
  if (typeof password !== 'string' || password.length > 1024) return fields;
  const context = [username, email]
    .filter((word) => typeof word === 'string')
    .map((word) => word.slice(0, 320));
  const repeated = typeof password2 === 'string' ? { password2 } : {};
  return { ...(await problemsOf(services, { password, ...repeated }, context)), ...fields };
}

/**
 * Checks a new password against the policy and hashes it.
 * @param user whose name and address are not allowed as the password
 * @throws Refusal `invalid_input`, with a message for `password`, or for `password2` where it differs
 */
export async function hashNewPassword(
  services: Services,
  entered: NewPassword,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const context = [username, ...(email ? [email, ...email.split('@')] : [])];
  const problems = await problemsOf(services, entered, context);
  if (Object.keys(problems).length > 0) throw new Refusal('invalid_input', problems);
  return services.passwords.hash(entered.password);
}

async function problemsOf(
  { passwordMinLength, siteWords }: Services,
  { password, password2 }: NewPassword,
  context: readonly string[],
): Promise<FieldProblems> {
  const problem = await passwordProblem(password, [...siteWords, ...context], passwordMinLength);
  const differs = password2 !== undefined && password2 !== password;
  return {
    ...(problem && { password: problem }),
    ...(differs && { password2: 'The passwords do not match.' }),
  };
}
