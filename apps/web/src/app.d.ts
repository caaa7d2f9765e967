import type { ApiClient, Me } from '@latchkey/api/client';
import type { Keeping } from '#server/kept-form/keep-form.ts';

declare global {
  namespace App {
    interface Error {
      message: string;
      /** The id of the request in the log. */
      requestId?: string;
      /** The right address of the site, for a form that was sent from another one. */
      siteAddress?: string;
    }

    interface Locals {
      /** The typed client, with this browser's session. */
      api: ApiClient;
      /** The signed-in user; null for the anonymous user. */
      me: Me | null;
      requestId: string;
      /** What the error page shows instead of a page that was refused. */
      refused: App.Error | null;
      /** The form that is kept while its user signs in. */
      keeping: Keeping | null;
    }
  }
}
