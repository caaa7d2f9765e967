/** What the columns hold, in characters. */
const longest = { username: 64, email: 254 } as const;

/** Why a text cannot be a user name here; null when it can. Liberal: elsewhere, names may have spaces. */
export function problemOfUsername(name: string): string | null {
  return problemOfText(name, longest.username);
}

/** Why a text cannot be an address; null when it can. As for registering, but `root@localhost` may be one. */
export function problemOfEmail(email: string): string | null {
  const problem = problemOfText(email, longest.email);
  if (problem) return problem;
  const isAddress = /^[^\s@"(),:;<>[\\\]]{1,64}@[^\s@"(),:;<>[\\\]]+$/u.test(email);
  return isAddress ? null : `is ${quoted(email)}; expected an address like name@example.com`;
}

/** What is damaged, or shows something other than it is (RFC 8264 §9.13), is not let in. */
export function problemOfText(text: string, most: number): string | null {
  if (text.length > most) return `is longer than ${most} characters`;
  if (text.includes('\uFFFD') || !text.isWellFormed()) return 'is not valid UTF-8';
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text)
    ? 'has control characters, or characters that cannot be seen'
    : null;
}

/** A value as a message repeats it. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
