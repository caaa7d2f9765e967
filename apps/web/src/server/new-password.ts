import { readConfig } from '@latchkey/config';
import { textOf } from './form.ts';

/** A new password as a form has it, twice. Whether it is the same both times is looked at together with what else it is. */
export function newPasswordIn(form: FormData): { password: string; password2: string } {
  return { password: textOf(form, 'password'), password2: textOf(form, 'password2') };
}

/** The fewest characters of a new password, for the page to say so. The API looks at it again. */
export const leastPasswordLength = (): number => readConfig(process.env).passwords.least;
