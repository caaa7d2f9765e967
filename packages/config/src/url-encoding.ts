/**
 * What has to change about the special characters of a URL with a user and a password; null if nothing has to. Completes
 * "expected …", and contains no part of the URL.
 */
export function encodingProblem(url: string): string | null {
  if (!isDecodable(url)) {
    return 'each % in the URL to begin an encoded character, like %40 for @: write a % itself as %25';
  }
  const [, path = '', query = ''] = /^[^:]*:\/\/[^/?#]*([^?#]*)(.*)$/s.exec(url) ?? [];
  // A / or ? in a password ends the part of the URL with user and host, so that the @ comes after it.
  const isCut = path.includes('@') || (path === '' && query.includes('@'));
  if (!isCut && !query.includes('#')) return null;
  return 'special characters of the password to be encoded: / as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25';
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
