import { simplePasswordProblem } from '@latchkey/auth';
import type { Context } from './context.ts';
import { Refusal, type FieldProblems } from './reasons.ts';

/** A new password as a form sends it. `password2` is the repetition, if the form has one. */
type NewPassword = { password: string; password2?: string | undefined };

type Settings = Pick<Context, 'passwords' | 'passwordMinLength' | 'siteWords'>;

/**
 * Adds the problems of a form's new password to those of its other fields, so that all are shown at once. The strength is not
 * estimated, since the form is refused anyway.
 */
export function withPasswordProblems(
  { siteWords, passwordMinLength }: Settings,
  fields: FieldProblems,
  form: unknown,
): FieldProblems {
  if (typeof form !== 'object' || form === null) return fields;
  const { password, password2, username, email } = form as Record<string, unknown>;
  if (typeof password !== 'string' || password.length > 1024) return fields;
  const context = [username, email]
    .filter((word) => typeof word === 'string')
    .map((word) => word.slice(0, 320));
  const problem = simplePasswordProblem(password, [...siteWords, ...context], passwordMinLength);
  const repeated = typeof password2 === 'string' ? password2 : undefined;
  return { ...problemsOf(problem, { password, password2: repeated }), ...fields };
}

/**
 * Checks a new password against the policy and hashes it. Called after everything that costs less has been checked.
 * @param user whose name and address are not allowed as the password
 * @throws Refusal `invalid_input`, with a message for `password`, or for `password2` where it differs
 */
export async function hashNewPassword(
  { passwords, siteWords, passwordMinLength }: Settings,
  entered: NewPassword,
  { username, email }: { username: string; email: string | null },
): Promise<string> {
  const context = [...siteWords, username, ...(email ? [email, ...email.split('@')] : [])];
  const problem = await passwords.problemOf(entered.password, context, passwordMinLength);
  const problems = problemsOf(problem, entered);
  if (Object.keys(problems).length > 0) throw new Refusal('invalid_input', problems);
  return passwords.hash(entered.password);
}

function problemsOf(problem: string | null, { password, password2 }: NewPassword): FieldProblems {
  const differs = password2 !== undefined && password2 !== password;
  return {
    ...(problem && { password: problem }),
    ...(differs && { password2: 'The passwords do not match.' }),
  };
}
