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
  /** The token that was exchanged for this one; null for one issued at a sign-in or after a change of the password. */
  readonly parentId: string | null;
  readonly createdAt: Date;
  /** When the browser first showed that it has the token. */
  readonly presentedAt: Date | null;
  /** When it was last exchanged for another token. */
  readonly rotatedAt: Date | null;
  /** When another token was issued in its place. */
  readonly replacedAt: Date | null;
  /** When the browser showed that it has another token. */
  readonly voidedAt: Date | null;
};

/** Where remembered browsers are stored. `createMemoryRememberStore` is a complete example. */
export type RememberStore = {
  addBrowser(browser: RememberedBrowser): Promise<void>;
  addToken(token: RememberToken): Promise<void>;
  findToken(id: string): Promise<{ token: RememberToken; browser: RememberedBrowser } | null>;
  /** The tokens of a browser that are not void. */
  listTokens(browserId: string): Promise<RememberToken[]>;
  updateToken(id: string, changes: RememberTokenChanges): Promise<void>;
  /** Voids all tokens of a browser except one and its children. A token that is already void keeps its first time. */
  voidOtherTokens(browserId: string, keptId: string, at: Date): Promise<void>;
  /** Deletes the sessions of a browser except those that were issued with one of these tokens, and are not proven. */
  endOtherSessions(browserId: string, tokenIds: readonly string[]): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  listBrowsers(userId: string): Promise<RememberedBrowser[]>;
  /** Deletes a browser with its tokens and sessions. */
  endBrowser(id: string): Promise<void>;
  /** Deletes all browsers of a user, except one if it is given. */
  endBrowsers(userId: string, exceptId?: string | null): Promise<void>;
};

export type RememberTokenChanges = { presentedAt?: Date; rotatedAt?: Date; replacedAt?: Date };
