import type { ImportedUser } from '../import-row.ts';

/** The unique keys of a user of the import. */
export type StagedKeys = {
  line: number;
  id: string | null;
  username: string;
  /** Null until a user name has been generated. */
  usernameKey: string | null;
  emailKey: string | null;
};

export type StagedUser = StagedKeys & Omit<ImportedUser, 'isUsernameGenerated' | 'scheme'>;

/** How many users of an import there are, by what happens to them. */
export type StagedCounts = {
  new: number;
  existing: number;
  /** Users who exist by user name but with another e-mail address: possibly another person. */
  existingWithOtherEmail: number;
  bad: number;
  /** This count and the following ones are of new users. */
  admins: number;
  disabled: number;
  generatedUsernames: number;
  schemes: {
    scheme: string;
    users: number;
    /** Those of them who are not disabled. */
    active: number;
    /** Those of the active ones whose e-mail address is not verified. */
    unverified: number;
  }[];
};
