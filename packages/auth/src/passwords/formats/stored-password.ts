/** A stored hash that could be read. */
export type StoredPassword = {
  /** What made it, in words. */
  scheme: string;
  /** Today a stolen copy of it is as good as the password. */
  isWeak: boolean;
  /** Whether this is the password, by its very characters. */
  verify: (password: string) => Promise<boolean>;
};

/** A stored hash that is of this form, and cannot be used. */
export type UnusablePassword = { scheme: string; problem: string };

/** Reads hashes of one family; null for those of another. Throws nothing, whatever it is given. */
export type FormatReader = (hash: string) => StoredPassword | UnusablePassword | null;

export const unusable = (scheme: string, problem: string): UnusablePassword => ({ scheme, problem });

export const readable = (
  scheme: string,
  verify: StoredPassword['verify'],
  { isWeak = false } = {},
): StoredPassword => ({ scheme, isWeak, verify });
