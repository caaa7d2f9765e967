/** The fields of a user that this package reads, in whatever store users are. */
export type User = { readonly id: string; readonly isActive: boolean };

/** The current user when a user is signed in. Equivalent of Flask-Login's `UserMixin`. */
export type AuthenticatedUser<U extends User = User> = {
  readonly isAuthenticated: true;
  readonly isAnonymous: false;
  /** False for a disabled account: its sessions are still known, but no procedure accepts them. */
  readonly isActive: boolean;
  readonly id: string;
  readonly user: U;
};

/** The current user when no user is signed in. Equivalent of Flask-Login's `AnonymousUserMixin`. */
export type AnonymousUser = {
  readonly isAuthenticated: false;
  readonly isAnonymous: true;
  readonly isActive: false;
  readonly id: null;
};

/** The user of this request; never null, so callers need no null check. Equivalent of Flask-Login's `current_user`. */
export type CurrentUser<U extends User = User> = AuthenticatedUser<U> | AnonymousUser;

/** The one anonymous user object. */
export const anonymousUser: AnonymousUser = Object.freeze({
  isAuthenticated: false,
  isAnonymous: true,
  isActive: false,
  id: null,
});

/** Wraps a loaded user as the current user. */
export function authenticatedUser<U extends User>(user: U): AuthenticatedUser<U> {
  return { isAuthenticated: true, isAnonymous: false, isActive: user.isActive, id: user.id, user };
}

/** Compares two current users by id. Two anonymous users are not the same user. */
export function isSameUser(a: CurrentUser, b: CurrentUser): boolean {
  return a.id !== null && a.id === b.id;
}
