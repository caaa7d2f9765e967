/** A stored hash that can be checked. */
export type StoredPassword = {
  /** The system and algorithm that made it, for reports. */
  scheme: string;
  /** Whether a stolen copy of it is as good as the password today. */
  isWeak: boolean;
  /** Whether this is the password, without normalization. */
  verify: (password: string) => Promise<boolean>;
  /** What its system may have hashed in place of the password, which the hash does not show. */
  otherInputs?: (password: string) => readonly string[];
};

/** A stored hash of this format that cannot be used. */
export type UnusablePassword = { scheme: string; problem: string };

/** Reads hashes of one format; null for other formats. Never throws. */
export type FormatReader = (hash: string) => StoredPassword | UnusablePassword | null;

export const unusable = (scheme: string, problem: string): UnusablePassword => ({ scheme, problem });

/** Adds what a system may have hashed in place of the password. */
export function withOtherInputs<T extends StoredPassword | UnusablePassword | null>(
  stored: T,
  inputs: (password: string) => readonly string[],
): T {
  if (!stored || 'problem' in stored) return stored;
  const before = stored.otherInputs ?? (() => []);
  return { ...stored, otherInputs: (password: string) => [...before(password), ...inputs(password)] };
}

export const readable = (
  scheme: string,
  verify: StoredPassword['verify'],
  { isWeak = false } = {},
): StoredPassword => ({ scheme, isWeak, verify });
