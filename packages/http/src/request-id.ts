/** The header that carries the id of a request from the web app to the API. */
export const requestIdHeader = 'x-request-id';

/** The request id in the headers, or a new one if it is missing or malformed. */
export function readRequestId(headers: Pick<Headers, 'get'>): string {
  const id = headers.get(requestIdHeader);
  return id !== null && /^[\w-]{8,64}$/.test(id) ? id : crypto.randomUUID();
}
