import { passwordProblem } from '@latchkey/auth';
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

const newPassword = text('Choose a password.', 1024)
  .min(1, 'Choose a password.')
  .superRefine((password, context) => {
    refuse(context, [], passwordProblem(password, []));
  });

/** What a new account takes. */
export const registerInput = z
  .object({ username, email, password: newPassword })
  .superRefine(({ username, email, password }, context) => {
    refuse(context, ['password'], passwordProblem(password, [username, email, ...email.split('@')]));
  });

/** Some single characters stand for many: a short name may have a long key. */
function hasStorableKey(name: string): boolean {
  return identityKey(name).length <= longestIdentityKey;
}

function refuse(context: z.RefinementCtx, path: string[], problem: string | null): void {
  if (problem) context.addIssue({ code: 'custom', path, message: problem });
}
