import { parseNodeName } from '@latchkey/http';
import type { RequestEvent } from '@sveltejs/kit';

/** An address that is not known, in a header (RFC 7239 §6.2). */
export const unknownAddress = 'unknown';

/** The client's address, which main.ts has found; null if it is not known. */
export function getAddress(event: Pick<RequestEvent, 'getClientAddress'>): string | null {
  try {
    return parseNodeName(event.getClientAddress());
  } catch {
    // The development server throws if the connection is closed.
    return null;
  }
}
