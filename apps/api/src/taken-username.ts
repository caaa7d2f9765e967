import type { UserStore } from '@latchkey/db';
import { getSentence, type FieldProblems } from './reasons.ts';
import { usernameProblem } from './username.ts';

/**
 * Adds the problem of a user name that is taken, or looks like another one, to those of a form's other fields, so that all are
 * shown at once. Costs at most two look-ups by an index, and none for a name that is not valid.
 */
export async function withTakenUsername(
  { users }: { users: Pick<UserStore, 'findByLogin' | 'isConfusableUsername'> },
  fields: FieldProblems,
  form: unknown,
): Promise<FieldProblems> {
  if (typeof form !== 'object' || form === null || !('username' in form)) return fields;
  const { username } = form;
  if (fields['username'] || typeof username !== 'string' || usernameProblem(username.trim())) return fields;
  const name = username.trim();
  if (await users.findByLogin(name)) return { ...fields, username: getSentence('username_taken') };
  const isConfusable = await users.isConfusableUsername(name);
  return isConfusable ? { ...fields, username: getSentence('username_confusable') } : fields;
}
