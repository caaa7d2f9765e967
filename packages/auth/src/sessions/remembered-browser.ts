/** A browser that stays signed in: the family that its tokens and sessions belong to, and end with. */
export type RememberedBrowser = {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** The end, however often it is used. */
  readonly expiresAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string;
  readonly address: string | null;
};

/** A remember token as it is stored: by its SHA-256, and after its use still there as a rotated one. */
export type RememberToken = {
  readonly id: string;
  readonly browserId: string;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  /** When a change of the password made it good for nothing. */
  readonly voidedAt: Date | null;
};

/** Where remembered browsers are kept. `memoryRememberStore` shows all that is asked of one. */
export type RememberStore = {
  addBrowser(browser: RememberedBrowser): Promise<void>;
  addToken(token: RememberToken): Promise<void>;
  findToken(id: string): Promise<{ token: RememberToken; browser: RememberedBrowser } | null>;
  /** Notes that a token was used; one that was used before keeps its first time. */
  markRotated(id: string, at: Date): Promise<void>;
  /** Makes every token of a browser but one good for nothing; one that was so before keeps its first time. */
  voidTokens(browserId: string, except: string, at: Date): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  browsersOf(userId: string): Promise<RememberedBrowser[]>;
  /** Ends a browser with its tokens and its sessions. */
  endBrowser(id: string): Promise<void>;
  /** Ends all of a user's, save perhaps one. */
  endBrowsersOf(userId: string, except?: string | null): Promise<void>;
};
