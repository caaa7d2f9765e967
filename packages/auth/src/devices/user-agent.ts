import Bowser from 'bowser';

/** Browser and operating system of a `User-Agent` header, as shown to users: `Firefox on Linux`. */
export function deviceName(userAgent: string): string {
  const { browser, system } = parse(userAgent);
  if (browser && system) return `${browser} on ${system}`;
  return browser || system || findProduct(userAgent) || 'Unknown browser';
}

/**
 * Whether two `User-Agent` headers can come from the same device. Compares browser and operating system, not their
 * versions, which change by updates, and not the address, which changes on mobile networks.
 * Used by session protection; equivalent of Flask-Login's session identifier.
 */
export function isSameDevice(userAgent: string, other: string): boolean {
  return userAgent === other || deviceKey(userAgent) === deviceKey(other);
}

function deviceKey(userAgent: string): string {
  const { browser, system, platform } = parse(userAgent);
  // An unknown client is compared by its product name (RFC 9110 §10.1.5): `curl/8.5` is `curl`.
  return [browser || findProduct(userAgent), system, platform].join('|');
}

/** The product name at the start of the header, if it can be shown. */
function findProduct(userAgent: string): string {
  return /^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? '';
}

function parse(userAgent: string): { browser: string; system: string; platform: string } {
  if (!userAgent) return { browser: '', system: '', platform: '' };
  const { browser, os, platform } = Bowser.parse(userAgent);
  return { browser: browser.name ?? '', system: os.name ?? '', platform: platform.type ?? '' };
}
