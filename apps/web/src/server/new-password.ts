import { sentenceOf, type FieldProblems } from '@latchkey/api/client';
import { textOf } from './form.ts';

/** A new password as a form has it, twice; and what is wrong where it is not the same both times. */
export function newPasswordIn(form: FormData): { password: string; differ: Differ | null } {
  const password = textOf(form, 'password');
  if (password === textOf(form, 'password2')) return { password, differ: null };
  const fields = { password2: 'The two passwords differ. Enter the same one twice.' };
  return { password, differ: { message: sentenceOf('invalid_input'), fields } };
}

type Differ = { message: string; fields: FieldProblems };
