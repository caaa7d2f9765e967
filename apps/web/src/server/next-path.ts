/**
 * Where to go after signing in: always a path of this site (OWASP Unvalidated Redirects cheat sheet). Parsed like browsers do
 * (WHATWG URL): `/\evil.example`, `//evil.example`, `/.//evil.example` and a tab between slashes lead to other sites.
 * @returns path, query and fragment; `/` when `next` is missing, of another site, or a page for signing in
 */
export function pathOfThisSite(next: string | null): string {
  if (!next?.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return '/';

  const here = 'http://this.site';
  const url = URL.parse(next, here);
  if (!url || url.origin !== here || url.pathname.startsWith('//')) return '/';
  if (signInPages.includes(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}

/** The login page, with the way back to this page. Equivalent of Flask-Login's `login_url`. */
export function loginPath({ pathname, search }: URL, loginPage = '/login'): string {
  return `${loginPage}?next=${encodeURIComponent(pathname + search)}`;
}

/** The page that asks for the password again, with the way back to this page. */
export const confirmPath = (here: URL, confirmPage = '/confirm'): string => loginPath(here, confirmPage);

const signInPages = ['/login', '/logout', '/register', '/confirm'];
