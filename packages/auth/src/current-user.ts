/** What the auth package needs to know of a user, wherever users are kept. */
export type User = { readonly id: string; readonly isActive: boolean };

/** Somebody who has signed in. Twin of Flask-Login's `UserMixin`. */
export type Person<U extends User = User> = {
  readonly isAuthenticated: true;
  readonly isAnonymous: false;
  /** False for a disabled account, which may not do anything even while a session of it is still known. */
  readonly isActive: boolean;
  readonly id: string;
  readonly user: U;
};

/** Nobody has signed in. Twin of Flask-Login's `AnonymousUserMixin`; there is one such object. */
export type Anonymous = {
  readonly isAuthenticated: false;
  readonly isAnonymous: true;
  readonly isActive: false;
  readonly id: null;
};

/** Whoever makes this request: never null, so that a page can always ask it. Twin of Flask-Login's `current_user`. */
export type CurrentUser<U extends User = User> = Person<U> | Anonymous;

export const anonymous: Anonymous = Object.freeze({
  isAuthenticated: false,
  isAnonymous: true,
  isActive: false,
  id: null,
});

export function personOf<U extends User>(user: U): Person<U> {
  return { isAuthenticated: true, isAnonymous: false, isActive: user.isActive, id: user.id, user };
}

/** Whether two are the same user, however often each was loaded. Nobody is the same as nobody. */
export function isSameUser(a: CurrentUser, b: CurrentUser): boolean {
  return a.id !== null && a.id === b.id;
}
