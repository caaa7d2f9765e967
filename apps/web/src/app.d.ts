import type { ApiClient } from '@latchkey/api/client';

declare global {
  namespace App {
    interface Error {
      message: string;
      /** Under which the log has it. */
      requestId?: string;
    }

    interface Locals {
      /** The typed client, carrying this browser's session. */
      api: ApiClient;
      /** Who is signed in; null for nobody. */
      me: Me | null;
      requestId: string;
    }
  }

  type Me = NonNullable<Awaited<ReturnType<ApiClient['auth']['me']['query']>>>;
}
