import type { Auth, AuthEvent, AuthEvents } from '@latchkey/auth';
import type { Database, UserRecord, UserStore } from '@latchkey/db';

/** What your application adds to signing in. All of it may be left out. */
export type Application = {
  /**
   * Finds the user of a request that has no session: by an API key in a header, or by HTTP Basic. It starts no session,
   * and is asked only where no cookie answers. Twin of Flask-Login's `request_loader`.
   */
  loadUserFromRequest?: (request: Request, users: UserStore) => Promise<UserRecord | null>;
  /** What to do when something happens. Twin of Flask-Login's signals. */
  on?: { [E in AuthEvent]?: (data: AuthEvents<UserRecord>[E]) => void | Promise<void> };
  /** Names that `pnpm shell` has in scope besides its own. Twin of Flask's `shell_context_processor`. */
  shellScope?: (
    shell: ShellParts,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
};

/** What there is to build such names on: `em` is the one that the shell has in scope itself. */
export type ShellParts = { em: ReturnType<Database['em']>; auth: Auth<UserRecord>; users: UserStore };

/** Yours to fill in: docs/hooks.md shows what each of them is good for. */
export const application: Application = {};
