import { identityKey, identityKeyMaxLength, mixesScripts } from '@latchkey/db';

/**
 * Why a new user name is refused, or null: the rule of `/register` and of `pnpm users create`. Imported names may also contain
 * spaces and other characters.
 */
export function usernameProblem(name: string): string | null {
  return rules.find(([isMet]) => !isMet(name))?.[1] ?? null;
}

const maxLength = 64;

const rules: readonly (readonly [isMet: (name: string) => boolean, problem: string])[] = [
  [(name) => name !== '', 'Choose a user name.'],
  [(name) => name.length <= maxLength, `Use at most ${maxLength} characters.`],
  // A lone surrogate, which JSON allows and UTF-8 does not, would be stored as another character.
  [(name) => name.isWellFormed(), 'This contains an invalid character.'],
  // Letters and digits of any script, as in RFC 8265, without the characters of an e-mail address.
  [
    (name) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(name),
    'Use letters, digits, dots, hyphens and underscores, and begin with a letter or digit.',
  ],
  // Invisible letters and marks would allow names that look the same (RFC 8264 §9.13).
  [(name) => !/\p{Default_Ignorable_Code_Point}/u.test(name), 'Use visible characters only.'],
  // Letters of another script that look like Latin ones would imitate names (UTS 39 §5.2).
  [(name) => !mixesScripts(name), 'Use letters of one script only.'],
  // NFKC turns some single characters into many, so a short name may have a long key.
  [(name) => identityKey(name).length <= identityKeyMaxLength, 'Use a shorter name.'],
];
