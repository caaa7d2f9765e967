/** A sign-in that is refused although the credentials were right. */
export class AuthError extends Error {
  readonly reason: 'account_disabled' | 'unknown_user';

  constructor(reason: AuthError['reason']) {
    super(reason === 'account_disabled' ? 'This account is disabled.' : 'This user does not exist.');
    this.name = 'AuthError';
    this.reason = reason;
  }
}
