import Emittery from 'emittery';
import type { User } from './current-user.ts';
import type { Client, Session } from './sessions/session.ts';

/** Everything that can be subscribed to, and what a subscriber is told. Twin of Flask-Login's signals. */
export type AuthEvents<U extends User = User> = {
  /** Somebody has signed in with a password, or an application has signed them in. `user_logged_in` */
  signed_in: { user: U; session: Session; client: Client };
  /** `user_logged_out` */
  signed_out: { userId: string; client: Client };
  /** A wrong password, a disabled account; `userId` is null where nobody has that name. */
  login_failed: { userId: string | null; client: Client };
  /** The password was entered again for a sensitive page. `user_login_confirmed` */
  confirmed: { user: U; client: Client };
  /** A remembered browser has come back. `user_loaded_from_cookie` */
  remembered: { user: U; session: Session; client: Client };
  /** A user was found by the request loader. `user_loaded_from_request` */
  loaded_from_request: { user: U; client: Client };
  /** It was asked who is signed in, and somebody is. `user_accessed` */
  accessed: { user: U };
  /** Nobody is signed in where somebody has to be. `user_unauthorized` */
  unauthorized: { client: Client };
  /** A sensitive page, and the password was not entered lately. `user_needs_refresh` */
  needs_refresh: { user: U; client: Client };
  /** A session was used by another device. `session_protected` */
  session_protected: { user: U; client: Client };
  /** A device was signed out from another one, or by an administrator. */
  session_ended: { userId: string; client: Client };
  /** A remember token came back after its successor had been issued: somebody has a copy. */
  remember_token_replayed: { userId: string; client: Client };
  registered: { user: U; client: Client };
  password_changed: { user: U; client: Client };
  password_reset_asked: { userId: string; client: Client };
  password_reset: { user: U; client: Client };
  email_verified: { user: U; client: Client };
  email_change_asked: { user: U; client: Client };
  email_changed: { user: U; client: Client };
  email_change_undone: { user: U; client: Client };
  deletion_scheduled: { user: U; client: Client };
  deletion_cancelled: { user: U; client: Client };
};

export type AuthEvent = keyof AuthEvents;

/** Subscribing, and telling the subscribers. */
export type Events<U extends User> = {
  /** @returns what ends the subscription */
  on<E extends AuthEvent>(event: E, listener: (data: AuthEvents<U>[E]) => void | Promise<void>): () => void;
  /** Tells every subscriber and waits for all of them. A subscriber that fails hurts nobody but itself. */
  emit<E extends AuthEvent>(event: E, data: AuthEvents<U>[E]): Promise<void>;
};

/** @param onListenerError what becomes of a subscriber's mistake */
export function createEvents<U extends User>(
  onListenerError: (event: AuthEvent, error: unknown) => void = () => undefined,
): Events<U> {
  // Untyped inside: which data belong to which event is said by `Events`, at both ends.
  const emitter = new Emittery<Record<AuthEvent, unknown>>();
  return {
    on: (event, listener) =>
      emitter.on(event, async ({ data }) => {
        try {
          await listener(data as AuthEvents<U>[typeof event]);
        } catch (error) {
          onListenerError(event, error);
        }
      }),
    emit: async (event, data) => {
      if (emitter.listenerCount(event) > 0) await emitter.emit(event, data);
    },
  };
}
