import type { Auth, AuthEvent, AuthEvents } from '@latchkey/auth';
import type { Database, UserRecord, UserStore } from '@latchkey/db';

/** What your application adds to signing in. Every field is optional. */
export type Application = {
  /**
   * Loads the user of a request that has no session, for example by an API key in a header or HTTP Basic. No session is
   * created for such a user. Equivalent of Flask-Login's `request_loader`.
   */
  loadUserFromRequest?: (request: Request, users: UserStore) => Promise<UserRecord | null>;
  /** Listeners for events. Equivalent of Flask-Login's signals. */
  on?: { [E in AuthEvent]?: (data: AuthEvents<UserRecord>[E]) => void | Promise<void> };
  /** Further names in the scope of `pnpm shell`. Equivalent of Flask's `shell_context_processor`. */
  shellScope?: (
    shell: ShellParts,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
};

/** What `shellScope` can use. `em` is the one in the scope of the shell. */
export type ShellParts = { em: ReturnType<Database['em']>; auth: Auth<UserRecord>; users: UserStore };

/** Your application's additions; docs/hooks.md has examples. */
export const application: Application = {};
