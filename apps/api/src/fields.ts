import { passwordLength } from '@latchkey/auth';
import { identityKey, longestIdentityKey } from '@latchkey/db';
import { z } from 'zod';

/** A field that was left out is told like one that was left empty. */
const text = (whenMissing: string, most: number) =>
  z.string({ error: whenMissing }).max(most, `Use at most ${most} characters.`);

/** The same for what is kept: half of a character, which JSON can carry and UTF-8 cannot, would become another text. */
const keptText = (whenMissing: string, most: number) =>
  text(whenMissing, most).refine((value) => value.isWellFormed(), 'Use characters that are whole.');

/** What signing in takes: enough to look somebody up, and no more said about it. */
export const loginInput = z.object({
  username: text('Enter your user name or e-mail address.', 320)
    .trim()
    .min(1, 'Enter your user name or e-mail address.'),
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
  remember: z.boolean({ error: 'Either yes or no.' }).default(false),
});

/** Letters and digits of any script: what RFC 8265 calls a user name, without what looks like an address. */
const username = keptText('Choose a user name.', 64)
  .trim()
  .min(1, 'Choose a user name.')
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u, 'Use letters, digits, and . _ - after the first one.')
  // Letters and marks that show nothing would make twins of names (RFC 8264 §9.13).
  .refine((name) => !/\p{Default_Ignorable_Code_Point}/u.test(name), 'Use characters that can be seen.')
  .refine(hasStorableKey, 'Use a shorter name.');

const email = keptText('Enter your e-mail address.', 254)
  .trim()
  .min(1, 'Enter your e-mail address.')
  .regex(
    /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@[^\s@"(),:;<>[\\\]\p{Cc}]+\.[^\s@"(),:;<>[\\\]\p{Cc}]+$/u,
    'Enter an address like name@example.com.',
  )
  .refine(hasStorableKey, 'Use a shorter address.');

/**
 * Of any strength, and of the length that it may have: that is looked at where it is known whose it is. What is longer than
 * any spelling of such a password gets the same sentence.
 */
const newPassword = z
  .string({ error: 'Choose a password.' })
  .max(1024, `Use at most ${passwordLength.max} characters.`)
  .min(1, 'Choose a password.')
  .refine((password) => password.isWellFormed(), 'Use characters that are whole.');

/** The same once more, where a person has typed it twice: whether it is, is said together with what else is wrong. */
const password2 = z
  .string({ error: 'Enter the password once more.' })
  .max(1024, `Use at most ${passwordLength.max} characters.`)
  .optional();

/** What a new account takes. */
export const registerInput = z.object({ username, email, password: newPassword, password2 });

/** The password once more, for something sensitive. */
export const confirmInput = z.object({
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
});

export const emailInput = z.object({ email });

export const changePasswordInput = z.object({ password: newPassword, password2 });

/** A token that came in a link: whatever it is, it is looked up. */
const linkToken = z.string({ error: 'This link is not whole.' }).max(200, 'This link is not whole.');

export const linkInput = z.object({ token: linkToken });

export const resetPasswordInput = z.object({ token: linkToken, password: newPassword, password2 });

/** Something's id, as it was given out before: a UUID, or a hash in hex. */
const id = z.string({ error: 'Which one?' }).regex(/^[\w-]{1,64}$/, 'Which one?');

export const idInput = z.object({ id });

/** Which part of a long list. */
export const pageInput = z.object({ before: id.optional() }).optional();

/** Some single characters stand for many: a short name may have a long key. */
function hasStorableKey(name: string): boolean {
  return identityKey(name).length <= longestIdentityKey;
}
