import { createClient, type ApiClient, type CookieStore } from '@latchkey/api/client';
import { apiFetch } from './api-seam.ts';

/**
 * The typed client on behalf of one browser: sends its cookies along, and collects what the API sets for it.
 * @returns the client, and the `Set-Cookie` values for this browser so far
 */
export function browserApi(request: Request, url: URL): { api: ApiClient; setCookies: string[] } {
  const setCookies: string[] = [];
  const cookies: CookieStore = {
    header: () => request.headers.get('cookie') ?? '',
    store: (values) => void setCookies.push(...values),
  };
  return { api: createClient({ url: url.origin, fetch: apiFetch, cookies }), setCookies };
}
