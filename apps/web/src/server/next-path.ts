/**
 * Where to go after signing in: a path of this site, whatever `next` says (OWASP Unvalidated Redirects cheat sheet).
 * Read the way browsers read it (WHATWG URL), since `/\evil.example`, `//evil.example`, `/.//evil.example` and a tab
 * between slashes all lead elsewhere.
 * @returns path, query and fragment; `/` when it is missing, of another site, or a page one does not return to
 */
export function pathOfThisSite(next: string | null): string {
  if (!next?.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return '/';

  const here = 'http://this.site';
  const url = URL.parse(next, here);
  if (!url || url.origin !== here || url.pathname.startsWith('//')) return '/';
  if (noWayBack.includes(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}

/** The sign-in page that leads back to this one. Twin of Flask-Login's `login_url`. */
export function loginPath({ pathname, search }: URL, loginPage = '/login'): string {
  return `${loginPage}?next=${encodeURIComponent(pathname + search)}`;
}

/** The page that asks for the password once more, and leads back to this one. */
export const confirmPath = (here: URL, confirmPage = '/confirm'): string => loginPath(here, confirmPage);

const noWayBack = ['/login', '/logout', '/register', '/confirm'];
