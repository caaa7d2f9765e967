import Emittery from 'emittery';
import type { User } from './current-user.ts';
import type { Client, Session } from './sessions/session.ts';

/** The events to subscribe to, with their data. Equivalent of Flask-Login's signals, which are named behind each. */
export type AuthEvents<U extends User = User> = {
  /** A user has signed in, by password or by the application. `user_logged_in` */
  signed_in: { user: U; session: Session; client: Client };
  /** `user_logged_out` */
  signed_out: { userId: string; client: Client };
  /** A wrong password or a disabled account; `userId` is null for an unknown name. */
  login_failed: { userId: string | null; client: Client };
  /** The password was entered again for a sensitive page. `user_login_confirmed` */
  confirmed: { user: U; client: Client };
  /** A remembered browser has signed in by its token. `user_loaded_from_cookie` */
  remembered: { user: U; session: Session; client: Client };
  /** The request loader has found a user. `user_loaded_from_request` */
  loaded_from_request: { user: U; client: Client };
  /** The current user of a request was read. `user_accessed` */
  accessed: { user: U };
  /** An anonymous request to something that needs a login. `user_unauthorized` */
  unauthorized: { client: Client };
  /** A request without a fresh login to something that needs one. `user_needs_refresh` */
  needs_refresh: { user: U; client: Client };
  /** A session was used by another device. `session_protected` */
  session_protected: { user: U; client: Client };
  /** A device was signed out from another device. */
  session_ended: { userId: string; client: Client };
  /** All devices except the current one were signed out. */
  other_sessions_ended: { userId: string; client: Client };
  /** A used remember token was sent again: a copy of it exists. */
  remember_token_replayed: { userId: string; client: Client };
  registered: { user: U; client: Client };
  username_changed: { user: U; client: Client };
  password_changed: { user: U; client: Client };
  password_reset: { user: U; client: Client };
  email_verified: { user: U; client: Client };
  email_change_requested: { user: U; client: Client };
  email_changed: { user: U; client: Client };
  email_change_undone: { user: U; client: Client };
  deletion_scheduled: { user: U; client: Client };
  deletion_cancelled: { user: U; client: Client };
};

export type AuthEvent = keyof AuthEvents;

export type Events<U extends User> = {
  /** Subscribes to an event. @returns a function that ends the subscription */
  on<E extends AuthEvent>(event: E, listener: (data: AuthEvents<U>[E]) => void | Promise<void>): () => void;
  /** Calls every listener and waits for all of them. A listener that fails does not affect the others. */
  emit<E extends AuthEvent>(event: E, data: AuthEvents<U>[E]): Promise<void>;
};

/** @param onListenerError called with the error of a listener that failed */
export function createEvents<U extends User>(
  onListenerError: (event: AuthEvent, error: unknown) => void = () => undefined,
): Events<U> {
  // The data are untyped in here; `Events` types them at both ends.
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
