/** A stored hash that can be checked. */
export type StoredPassword = {
  /** The system and algorithm that made it, for reports. */
  scheme: string;
  /** Whether a stolen copy of it is as good as the password today. */
  isWeak: boolean;
  /** Whether this is the password, without normalization. */
  verify: (password: string) => Promise<boolean>;
};

/** A stored hash of this format that cannot be used. */
export type UnusablePassword = { scheme: string; problem: string };

/** Reads hashes of one format; null for other formats. Never throws. */
export type FormatReader = (hash: string) => StoredPassword | UnusablePassword | null;

export const unusable = (scheme: string, problem: string): UnusablePassword => ({ scheme, problem });

export const readable = (
  scheme: string,
  verify: StoredPassword['verify'],
  { isWeak = false } = {},
): StoredPassword => ({ scheme, isWeak, verify });
