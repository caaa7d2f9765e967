/**
 * The path to go to after signing in: always one of this site (OWASP Unvalidated Redirects cheat sheet). It is parsed as
 * browsers do (WHATWG URL), for which `/\evil.example`, `//evil.example`, `/.//evil.example` and a tab between slashes lead to
 * another site.
 * @returns path, query and fragment; `/` when `next` is missing, leads to another site, or is a page for signing in
 */
export function parseNextPath(next: string | null): string {
  if (!next?.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return '/';

  const here = 'http://this.site';
  const url = URL.parse(next, here);
  if (!url || url.origin !== here || url.pathname.startsWith('//')) return '/';
  if (signInPages.includes(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}

/** The path of the login page, with this page as `next`. Equivalent of Flask-Login's `login_url`. */
export function loginPath({ pathname, search }: URL, loginPage = '/login'): string {
  return `${loginPage}?next=${encodeURIComponent(pathname + search)}`;
}

/** The path of the page to confirm the password, with this page as `next`. */
export const confirmPath = (here: URL, confirmPage = '/confirm'): string => loginPath(here, confirmPage);

const signInPages = ['/login', '/logout', '/register', '/confirm'];
