import { cookieStore, createClient, type ApiClient } from '@latchkey/api/client';
import { apiFetch } from './api-seam.ts';

/** What the API has to know of a browser beside its cookies. */
const passedOn = ['authorization', 'user-agent', 'x-api-key'];

/**
 * The typed client on behalf of one browser: sends its cookies along, and collects what the API sets for it. A cookie
 * that one call sets is sent with the next: the one before is good for nothing by then.
 * @param address where the browser is
 * @returns the client, and the `Set-Cookie` values for this browser so far
 */
export function browserApi(
  request: Request,
  url: URL,
  address: string,
): { api: ApiClient; setCookies: string[] } {
  const setCookies: string[] = [];
  const cookies = cookieStore(request.headers.get('cookie') ?? '');
  const headers = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const api = createClient({
    url: url.origin,
    fetch: (call) => apiFetch(call, address),
    headers: () => headers,
    cookies: {
      header: () => cookies.header(),
      store(values) {
        setCookies.push(...values);
        cookies.store(values);
      },
    },
  });
  return { api, setCookies };
}
