import type { ApiClient, Me } from '@latchkey/api/client';

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
      /** Why this page is not for them: said by an error page in its place. */
      refused: { status: number; message: string } | null;
    }
  }
}
