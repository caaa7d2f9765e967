import { passwordLength } from '@latchkey/auth';
import { type EmailProblem, findEmailProblem, identityKey, identityKeyMaxLength } from '@latchkey/db';
import { z } from 'zod';
import { usernameProblem } from './username.ts';

/**
 * A text with a maximum length. A missing field gets the same message as an empty one. A longer text is not checked further:
 * normalizing it, or applying a regular expression, can take seconds.
 */
const text = (whenMissing: string, maxLength: number, whenTooLong = `Use at most ${maxLength} characters.`) =>
  z.string({ error: whenMissing }).max(maxLength, { error: whenTooLong, abort: true });

/** A text that is stored. A lone surrogate, which JSON allows and UTF-8 does not, would be stored as another character. */
const storedText = (whenMissing: string, maxLength: number) =>
  text(whenMissing, maxLength).refine((value) => value.isWellFormed(), notWellFormed);

const notWellFormed = 'This contains an invalid character.';

/** No rules on the format: a login only looks up what was entered. */
export const loginInput = z.object({
  username: text('Enter your user name or e-mail address.', 320)
    .trim()
    .min(1, 'Enter your user name or e-mail address.'),
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
  remember: z.boolean({ error: 'Enter true or false.' }).default(false),
});

const username = z
  .string({ error: 'Choose a user name.' })
  .trim()
  .superRefine((name, context) => {
    const problem = usernameProblem(name);
    if (problem) context.addIssue(problem);
  });

const email = storedText('Enter your e-mail address.', 254)
  .trim()
  .min(1, 'Enter your e-mail address.')
  .superRefine((address, context) => {
    const problem = findEmailProblem(address);
    if (problem) context.addIssue(emailSentences[problem]);
  })
  .refine(hasStorableKey, 'Use a shorter address.');

const emailSentences: Record<EmailProblem, string> = {
  invisible_characters: 'Use visible characters only.',
  too_long: 'Use a shorter address.',
  malformed: 'Enter an address like name@example.com.',
};

/** Checked against the password policy later, together with the user's name and address. */
const newPassword = passwordText('Choose a password.')
  .min(1, 'Choose a password.')
  .refine((password) => password.isWellFormed(), notWellFormed);

/** The repetition of a new password. Whether it matches is checked together with the policy. */
const password2 = passwordText('Enter the password again.').optional();

export const usernameInput = z.object({ username });

export const registerInput = z.object({ username, email, password: newPassword, password2 });

export const confirmInput = z.object({
  password: text('Enter your password.', 1024).min(1, 'Enter your password.'),
});

export const emailInput = z.object({ email });

export const changePasswordInput = z.object({ password: newPassword, password2 });

/** The token of a link. It is looked up whatever its form is. */
const linkToken = text('This link is incomplete.', 200, 'This link is incomplete.');

export const linkInput = z.object({ token: linkToken });

export const resetPasswordInput = z.object({ token: linkToken, password: newPassword, password2 });

/** An id that the API has returned: a UUID, or a hash in hex. */
const id = z.string({ error: 'Enter an id.' }).regex(/^[\w-]{1,64}$/, 'This id is not valid.');

export const idInput = z.object({ id });

/** A page of a long list: the entries before an id. */
export const pageInput = z.object({ before: id.optional() }).optional();

/** The limit is more than any spelling of the longest password before normalization. */
function passwordText(whenMissing: string) {
  return text(whenMissing, 1024, `Use at most ${passwordLength.max} characters.`);
}

/** NFKC turns some single characters into many, so a short address may have a long key. */
function hasStorableKey(address: string): boolean {
  return identityKey(address).length <= identityKeyMaxLength;
}
