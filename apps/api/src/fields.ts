import { identityKey, longestIdentityKey } from '@latchkey/db';
import { z } from 'zod';

/** A field that was left out is told like one that was left empty. */
const text = (whenMissing: string, most: number) =>
  z.string({ error: whenMissing }).max(most, `Use at most ${most} characters.`);

/** What signing in takes: enough to look somebody up, and no more said about it. */
export const loginInput = z.object({
  username: text('Enter your user name or e-mail address.', 320)
    .trim()
    .min(1, 'Enter your user name or e-mail address.'),
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
  remember: z.boolean({ error: 'Either yes or no.' }).default(false),
});

/** Letters and digits of any script: what RFC 8265 calls a user name, without what looks like an address. */
const username = text('Choose a user name.', 64)
  .trim()
  .min(1, 'Choose a user name.')
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u, 'Use letters, digits, and . _ - after the first one.')
  // Letters and marks that show nothing would make twins of names (RFC 8264 §9.13).
  .refine((name) => !/\p{Default_Ignorable_Code_Point}/u.test(name), 'Use characters that can be seen.')
  .refine(hasStorableKey, 'Use a shorter name.');

const email = text('Enter your e-mail address.', 254)
  .trim()
  .min(1, 'Enter your e-mail address.')
  .regex(
    /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@[^\s@"(),:;<>[\\\]\p{Cc}]+\.[^\s@"(),:;<>[\\\]\p{Cc}]+$/u,
    'Enter an address like name@example.com.',
  )
  .refine(hasStorableKey, 'Use a shorter address.');

/** Of any strength: that is looked at where it is known whose it is. */
const newPassword = text('Choose a password.', 1024).min(1, 'Choose a password.');

/** What a new account takes. */
export const registerInput = z.object({ username, email, password: newPassword });

/** The password once more, for something sensitive. */
export const confirmInput = z.object({
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
});

export const emailInput = z.object({ email });

export const changePasswordInput = z.object({ password: newPassword });

/** A token that came in a link: whatever it is, it is looked up. */
const linkToken = z.string({ error: 'This link is not whole.' }).max(200, 'This link is not whole.');

export const linkInput = z.object({ token: linkToken });

export const resetPasswordInput = z.object({ token: linkToken, password: newPassword });

/** Something's id, as it was given out before. */
export const idInput = z.object({ id: z.string({ error: 'Which one?' }).min(1, 'Which one?').max(100) });

/** Which part of a long list. */
export const pageInput = z.object({ before: z.string().max(100).optional() }).optional();

/** Some single characters stand for many: a short name may have a long key. */
function hasStorableKey(name: string): boolean {
  return identityKey(name).length <= longestIdentityKey;
}
