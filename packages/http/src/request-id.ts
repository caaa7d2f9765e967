/** The header with the id of a request, from the pages to the API. */
export const requestIdHeader = 'x-request-id';

/** The id that another server has given to a request; a new one when there is none, or it has another form than an id. */
export function requestIdOf(headers: Pick<Headers, 'get'>): string {
  const given = headers.get(requestIdHeader);
  return given !== null && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
