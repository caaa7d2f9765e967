import type { Role } from '../entities/index.ts';

/** A user who is to be moved in. */
export type ImportedUser = {
  /** Null for a new one. */
  id: string | null;
  username: string;
  /** The name was made from the address, and may be changed to be the only one. */
  isUsernameMade: boolean;
  email: string | null;
  emailVerifiedAt: Date | null;
  pendingEmail: string | null;
  passwordHash: string;
  passwordChangedAt: Date | null;
  role: Role;
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
  deleteAfter: Date | null;
  alarmedAt: Date | null;
  /** How the password is hashed, in words to count by. */
  scheme: string;
};

/** What is wrong with a row. `who` is what it has of a name. */
export type RowProblem = { line: number; who: string | null; problem: string };

/** A row of whatever is moved in. */
export type ImportRow = { line: number; user: ImportedUser } | (RowProblem & { user?: never });
