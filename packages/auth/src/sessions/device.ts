import Bowser from 'bowser';

/** Browser and system in plain words, as far as a `User-Agent` header tells: `Firefox on Linux`. */
export function deviceInWords(userAgent: string): string {
  const { browser, system } = parse(userAgent);
  if (browser && system) return `${browser} on ${system}`;
  return browser || system || productOf(userAgent) || 'An unknown browser';
}

/**
 * Whether two requests can come from the same device. Browser and system count, their versions do not (they update
 * themselves), and neither does the address (a mobile network changes it).
 * For session protection, twin of Flask-Login's session identifier.
 */
export function isSameDevice(userAgent: string, other: string): boolean {
  return userAgent === other || deviceKey(userAgent) === deviceKey(other);
}

function deviceKey(userAgent: string): string {
  const { browser, system, platform } = parse(userAgent);
  // What is not known is told apart by its product's name (RFC 9110 §10.1.5): `curl/8.5` is `curl`.
  return [browser || productOf(userAgent), system, platform].join('|');
}

/** The name a program gives itself, as far as it is one to be shown. */
function productOf(userAgent: string): string {
  return /^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? '';
}

function parse(userAgent: string): { browser: string; system: string; platform: string } {
  if (!userAgent) return { browser: '', system: '', platform: '' };
  const { browser, os, platform } = Bowser.parse(userAgent);
  return { browser: browser.name ?? '', system: os.name ?? '', platform: platform.type ?? '' };
}
