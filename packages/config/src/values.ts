import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { encodingProblem } from './url-encoding.ts';

/** A secret that is mixed into passwords. Hashes contain its id, so that it can be replaced. */
export type Pepper = Readonly<{ id: string; secret: string }>;

// Schemas for the values of variables. The message of each error completes the sentence "expected …".

export const duration = parsed(parseDuration, 'a time like 30d, 12h, 15m or 10s, at most 3650d');

/** The longest timer of a socket is 24 days. */
export const keepAlive = parsed((value) => {
  const milliseconds = parseDuration(value);
  return milliseconds !== null && milliseconds <= 86_400_000 ? milliseconds : null;
}, 'a time like 65s or 10m, at most 1d');

/** Characters of a cookie's name (RFC 6265 §4.1.1) that are not encoded either. `__Host-` is added over HTTPS. */
export const cookiePrefix = text(
  (value) => /^[\w.-]{1,64}$/.test(value) && !/^__(Host|Secure|Http)/i.test(value),
  'at most 64 letters, digits, dots, hyphens and underscores, like shop_; __Host- is added over HTTPS',
);

export const onOrOff = oneOf(['on', 'off', 'true', 'false', '1', '0']).transform((value) =>
  ['on', 'true', '1'].includes(value),
);

export const host = text(
  (value) => isIP(value) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value),
  'an address or host name to listen on, like 127.0.0.1',
);

export const peppers = parsed(
  parsePeppers,
  'id:secret, or several with commas between them, the one for new passwords first; a secret has at least 16 characters',
);

export const smtpUrl = z.string().transform((value, context): string => {
  const encoding = encodingProblem(value);
  const url = encoding === null ? parseSmtpUrl(value) : null;
  if (url !== null) return url;
  context.addIssue({ code: 'custom', message: encoding ?? 'smtp://host:port or smtps://host:port' });
  return z.NEVER;
});

/** An e-mail address, optionally with a display name. */
export const mailbox = text(
  (value) =>
    /^[^\s<>@,;]+@[^\s<>@,;]+$/.test(value) || /^[^<>@,;\p{Cc}]+ <[^\s<>@,;]+@[^\s<>@,;]+>$/u.test(value),
  'an address like no-reply@example.com, or Name <no-reply@example.com>',
);

/** RFC 5321 §4.1.2: letters, digits and hyphens, with dots between the labels. */
export const mailHostname = text(
  (value) =>
    isIP(value) !== 0 ||
    (/^(?!-)[a-z\d-]{1,63}(?<!-)(\.(?!-)[a-z\d-]{1,63}(?<!-))*$/i.test(value) && value.length < 254),
  'the full host name of this machine, like mail.example.com, or its IP address',
);

export const trustedProxies = parsed(
  parseProxies,
  'the number of proxies in front of the server, from 0 to 9, or their addresses with commas between them',
);

export function oneOf<const T extends readonly string[]>(choices: T) {
  return z.enum(choices, { error: `one of ${choices.join(', ')}` });
}

/** A whole number. @param noun what it is, like `a port number` */
export function number(min: number, max: number, noun: string) {
  return parsed((value) => {
    const result = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    return result >= min && result <= max ? result : null;
  }, `${noun} from ${min} to ${max}`);
}

/** An HTTP URL without a path, query, fragment or user. */
export const httpOrigin = (expected: string) => parsed(parseOrigin, expected);

/** Several of them, with commas between them. */
export const httpOrigins = (expected: string) =>
  parsed((value) => {
    const origins = value.split(',').map((origin) => parseOrigin(origin.trim()));
    return origins.every((origin) => origin !== null) ? [...new Set(origins)] : null;
  }, expected);

function parseOrigin(value: string): string | null {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  const isBare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return isBare && !url.hostname.includes('*') ? url.origin : null;
}

function text(isValid: (value: string) => boolean, expected: string) {
  return z.string().refine(isValid, { error: expected });
}

/** A value that a function parses. @param parse returns null for an invalid value */
function parsed<T>(parse: (value: string) => T | null, expected: string) {
  return z.string().transform((value, context): T => {
    const result = parse(value);
    if (result !== null) return result;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

/** Parses `id:secret,id:secret`. */
function parsePeppers(value: string): Pepper[] | null {
  const pairs = value.split(',');
  const found = pairs.flatMap((pair) => {
    const [, id, secret] = /^([a-z\d_-]{1,16}):(.{16,})$/i.exec(pair.trim()) ?? [];
    return id && secret ? [{ id, secret }] : [];
  });
  const ids = new Set(found.map(({ id }) => id));
  return ids.size === pairs.length ? found : null;
}

/** @returns the URL with special characters encoded, so that every parser finds the same user and password */
function parseSmtpUrl(value: string): string | null {
  const url = URL.parse(value);
  return url && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' ? url.href : null;
}

function parseProxies(value: string): number | string[] | null {
  if (/^\d$/.test(value)) return Number(value);
  const networks = value.split(',').map((network) => network.trim());
  return networks.every(isNetwork) ? networks : null;
}

/** Whether a value is an IP address, a network in CIDR notation, or a name that proxy-addr defines. */
function isNetwork(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true;
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
