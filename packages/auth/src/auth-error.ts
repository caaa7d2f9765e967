/** Why somebody is not signed in. */
export class AuthError extends Error {
  readonly reason: 'account_disabled' | 'unknown_user';

  constructor(reason: AuthError['reason']) {
    super(reason === 'account_disabled' ? 'This account is disabled.' : 'There is no such user (any more).');
    this.name = 'AuthError';
    this.reason = reason;
  }
}
