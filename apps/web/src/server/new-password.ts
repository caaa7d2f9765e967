import { textOf } from './form.ts';

/** A new password and its repetition. The API checks whether they match, together with the password policy. */
export function readNewPassword(form: FormData): { password: string; password2: string } {
  return { password: textOf(form, 'password'), password2: textOf(form, 'password2') };
}
