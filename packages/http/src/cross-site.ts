const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request would change something on behalf of another site (CSRF): every method but the safe ones, and every
 * content type. Browsers say where a request comes from in `Sec-Fetch-Site` and `Origin`; what sends neither is no
 * browser, and carries nobody's cookies but its own. (OWASP CSRF cheat sheet, "Fetch Metadata"; W3C Fetch Metadata)
 * @param allowedOrigins the site's own origins, like `https://login.example.com`
 */
export function isCrossSite(request: Request, allowedOrigins: readonly string[]): boolean {
  if (safeMethods.includes(request.method)) return false;

  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  // A page that sends no referrer sends no origin with a form either, and says `null` (Fetch §3.2). So does a page without
  // an origin of its own, in a sandboxed frame say: that one is not of the same site.
  if (origin === 'null') return site !== 'same-origin';
  if (origin !== null) return !allowedOrigins.includes(origin);

  return site !== null && site !== 'same-origin' && site !== 'none';
}
