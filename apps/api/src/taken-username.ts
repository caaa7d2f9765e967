import type { UserStore } from '@latchkey/db';
import { getSentence, type FieldProblems } from './reasons.ts';
import { usernameProblem } from './username.ts';

/**
 * Adds the problem of a taken user name to those of a form's other fields, so that all are shown at once. Costs one look-up by an
 * index, and none for a name that is not valid.
 */
export async function withTakenUsername(
  { users }: { users: Pick<UserStore, 'findByLogin'> },
  fields: FieldProblems,
  form: unknown,
): Promise<FieldProblems> {
  if (typeof form !== 'object' || form === null || !('username' in form)) return fields;
  const { username } = form;
  if (fields['username'] || typeof username !== 'string' || usernameProblem(username.trim())) return fields;
  const isTaken = (await users.findByLogin(username.trim())) !== null;
  return isTaken ? { ...fields, username: getSentence('username_taken') } : fields;
}
