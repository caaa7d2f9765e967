/** A browser with *remember me*. Its remember tokens and sessions belong to it and end with it. */
export type RememberedBrowser = {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** The absolute expiry; use does not extend it. */
  readonly expiresAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string;
  readonly address: string | null;
};

/** A stored remember token. A used token stays stored, so that a copy of it is detected. */
export type RememberToken = {
  /** SHA-256 of the token, in hex. */
  readonly id: string;
  readonly browserId: string;
  readonly createdAt: Date;
  /** When it was exchanged for the next token. */
  readonly rotatedAt: Date | null;
  /** When a change of the password invalidated it. */
  readonly voidedAt: Date | null;
};

/** Where remembered browsers are stored. `createMemoryRememberStore` is a complete example. */
export type RememberStore = {
  addBrowser(browser: RememberedBrowser): Promise<void>;
  addToken(token: RememberToken): Promise<void>;
  findToken(id: string): Promise<{ token: RememberToken; browser: RememberedBrowser } | null>;
  /** Marks a token as used. A token that is already marked keeps its first time. */
  markRotated(id: string, at: Date): Promise<void>;
  /** Invalidates all tokens of a browser except one. A token that is already invalid keeps its first time. */
  voidTokens(browserId: string, exceptId: string, at: Date): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  listBrowsers(userId: string): Promise<RememberedBrowser[]>;
  /** Deletes a browser with its tokens and sessions. */
  endBrowser(id: string): Promise<void>;
  /** Deletes all browsers of a user, except one if it is given. */
  endBrowsers(userId: string, exceptId?: string | null): Promise<void>;
};
