/** A sign-in that is refused although the credentials were right. */
export class AuthError extends Error {
  readonly reason: keyof typeof sentences;
  /** For `credential_changed`: the fields of the user that are different. */
  readonly changed: readonly string[];

  constructor(reason: AuthError['reason'], changed: readonly string[] = []) {
    super(sentences[reason]);
    this.name = 'AuthError';
    this.reason = reason;
    this.changed = changed;
  }
}

const sentences = {
  account_disabled: 'This account is disabled.',
  unknown_user: 'This user does not exist.',
  credential_changed: 'The user has changed since the password was checked.',
  session_ended: 'This session has ended.',
} as const;
