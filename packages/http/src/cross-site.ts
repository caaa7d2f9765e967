const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request is a cross-site request that could change data (CSRF). Checks every method except the safe ones,
 * whatever the content type. Browsers send the source of a request in `Sec-Fetch-Site` or `Origin`. A request with
 * neither header does not come from a browser, so it has no cookies of a user. (OWASP CSRF cheat sheet, "Fetch
 * Metadata"; W3C Fetch Metadata)
 * @param allowedOrigins the site's own origins, like `https://login.example.com`
 */
export function isCrossSite(request: Request, allowedOrigins: readonly string[]): boolean {
  if (safeMethods.includes(request.method)) return false;

  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  // With `Referrer-Policy: no-referrer`, the forms of a page send `Origin: null` (Fetch §3.2). So does a page without an
  // origin, for example in a sandboxed frame, but that is not same-origin.
  if (origin === 'null') return site !== 'same-origin';
  if (origin !== null) return !allowedOrigins.includes(origin);

  return site !== null && site !== 'same-origin' && site !== 'none';
}
