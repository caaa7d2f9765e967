/**
 * The address that a form was posted from, if it is one of this site, but not one of its origins: what `Host` names agrees with
 * `Origin`, or the browser says that they do. A page of another site cannot set these headers.
 * @returns an origin, like `http://192.0.2.7:3000`; null for a request from another site
 */
export function otherAddressOf({ headers }: Request): string | null {
  const origin = URL.parse(headers.get('origin') ?? '');
  if (!origin || !['http:', 'https:'].includes(origin.protocol)) return null;

  const hosts = [headers.get('host'), headers.get('x-forwarded-host')];
  const agrees = hosts.some((host) => host && URL.parse(`${origin.protocol}//${host}`)?.host === origin.host);
  // A proxy may replace the Host header (W3C Fetch Metadata: the browser compares the addresses itself).
  return agrees || headers.get('sec-fetch-site') === 'same-origin' ? origin.origin : null;
}

/** Creates a function that returns true once for each value, for at most a hundred: a client can send any number of them. */
export function firstOfEach(): (value: string) => boolean {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value) || seen.size >= 100) return false;
    seen.add(value);
    return true;
  };
}
