import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { parseDuration } from './duration.ts';
import { workspaceRoot } from './workspace-root.ts';

/** What the environment says, parsed once at start. Times are milliseconds. */
export type Config = Readonly<{
  production: boolean;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** `scheme://host[:port]` of the site as people see it; null: derived from where it listens. */
  origin: string | null;
  /** `sqlite:/absolute/path`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mariadb://…`. Holds a password. */
  databaseUrl: string;
  /** Where the API answers over HTTP; null: in this very process. */
  apiUrl: string | null;
  seedDemo: boolean;
  logLevel: (typeof logLevels)[number];
  /** How long a session lives unused, and at the most; the same for a remembered one. */
  session: Readonly<{ idleMs: number; lifetimeMs: number }>;
  remember: Readonly<{ idleMs: number; lifetimeMs: number }>;
  /** How long after the password was entered a session is fresh. */
  freshMs: number;
  sessionProtection: (typeof protections)[number];
  /** On how many devices somebody may be signed in; null for any number. */
  sessionsPerUser: number | null;
  passwords: Readonly<{
    /** The fewest characters of a new password. */
    minLength: number;
    /** What a new hash costs. Only tests use `fast`; production refuses it. */
    hashing: (typeof hashingCosts)[number];
    /** Today's first; the others still verify. */
    peppers: readonly Pepper[];
    /** Devise's `config.pepper`, for passwords that moved in from Rails. */
    devisePepper: string | null;
    /** Whether Werkzeug's old salted MD5, SHA-1 and plain passwords are accepted. */
    acceptsWeakHashes: boolean;
  }>;
  mail: Readonly<{
    /** `smtp://user:password@host:port` or `smtps://…`; null: mail goes to the development mailbox. */
    smtpUrl: string | null;
    /** Null: no-reply at the site's own host. */
    from: string | null;
  }>;
  /** Whose `X-Forwarded-For` is believed: how many proxies stand in front, or their addresses. */
  trustProxy: number | readonly string[];
  /** How long a deleted account can still be had back. */
  deletionGraceMs: number;
}>;

/** A secret that is mixed into every password, under an id by which it can be changed. */
export type Pepper = Readonly<{ id: string; secret: string }>;

/** What differs from one application of the workspace to the next. */
export type ConfigDefaults = { port: number };

const hourMs = 3_600_000;

const protections = ['basic', 'strong', 'off'] as const;

const hashingCosts = ['standard', 'fast'] as const;

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Variables whose value may hold a password: an error message does not repeat it. */
const secretVariables = new Set(['DATABASE_URL', 'API_URL', 'SMTP_URL', 'PASSWORD_PEPPER', 'DEVISE_PEPPER']);

/**
 * Reads the environment through one schema.
 * @param env usually `process.env`; an empty value counts as not set
 * @throws ConfigError naming each variable that does not fit, what was found and what fits
 */
export function readConfig(env: NodeJS.ProcessEnv, defaults: ConfigDefaults = { port: 3000 }): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) throw problemsOf(parsed.error, set);

  const { data } = parsed;
  return {
    production: data.NODE_ENV === 'production',
    host: data.HOST,
    port: data.PORT ?? defaults.port,
    origin: data.ORIGIN ?? null,
    databaseUrl: data.DATABASE_URL,
    apiUrl: data.API_URL ?? null,
    seedDemo: data.SEED_DEMO ?? data.NODE_ENV !== 'production',
    logLevel: data.LOG_LEVEL ?? (data.NODE_ENV === 'production' ? 'info' : 'warn'),
    session: {
      idleMs: data.SESSION_IDLE ?? Math.min(12 * hourMs, data.SESSION_LIFETIME),
      lifetimeMs: data.SESSION_LIFETIME,
    },
    remember: {
      idleMs: data.REMEMBER_IDLE ?? Math.min(30 * 24 * hourMs, data.REMEMBER_LIFETIME),
      lifetimeMs: data.REMEMBER_LIFETIME,
    },
    freshMs: data.FRESH_LIFETIME,
    sessionProtection: data.SESSION_PROTECTION,
    sessionsPerUser: data.SESSIONS_PER_USER ?? null,
    passwords: {
      minLength: data.PASSWORD_MIN_LENGTH,
      hashing: data.PASSWORD_HASHING,
      peppers: data.PASSWORD_PEPPER,
      devisePepper: data.DEVISE_PEPPER ?? null,
      acceptsWeakHashes: data.ACCEPT_WEAK_HASHES,
    },
    mail: { smtpUrl: data.SMTP_URL ?? null, from: data.MAIL_FROM ?? null },
    trustProxy: data.TRUST_PROXY,
    deletionGraceMs: data.DELETION_GRACE,
  };
}

function problemsOf(error: z.ZodError, set: Record<string, string | undefined>): ConfigError {
  return new ConfigError(
    error.issues.map((issue) => {
      const variable = String(issue.path[0]);
      return { variable, found: shown(variable, set[variable]), fits: issue.message };
    }),
  );
}

function shown(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (secretVariables.has(variable)) return 'a value of another form (not shown: it may hold a password)';
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

const text = (fits: (value: string) => boolean, description: string) =>
  z.string().refine(fits, { error: description });

const oneOf = <const T extends readonly string[]>(choices: T) =>
  z.enum(choices, { error: `one of ${choices.join(', ')}` });

const optionalDuration = text(
  (value) => parseDuration(value) !== null,
  'a time like 30d, 12h, 15m or 10s, at most 3650d',
)
  .transform((value) => parseDuration(value) ?? 0)
  .optional();

const duration = (standard: string) =>
  text((value) => parseDuration(value) !== null, 'a time like 30d, 12h, 15m or 10s, at most 3650d')
    .default(standard)
    .transform((value) => parseDuration(value) ?? 0);

const onOrOff = oneOf(['on', 'off', 'true', 'false', '1', '0']).transform((value) =>
  ['on', 'true', '1'].includes(value),
);

const isPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;

const isHost = (value: string) => isIP(value) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value);

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol);
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return (
    isHttpUrl(value) && url !== null && url.pathname === '/' && !url.search && !url.hash && !url.username
  );
}

/** Over plain HTTP anybody on the way reads passwords and cookies; within one machine there is no way between. */
function isSafeOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** `id:secret,id:secret`; null when it is something else. */
function peppersIn(value: string): Pepper[] | null {
  if (value === '') return [];
  const peppers = value.split(',').map((pair) => {
    const [, id, secret] = /^([a-z\d_-]{1,16}):(.{16,})$/i.exec(pair.trim()) ?? [];
    return id && secret ? { id, secret } : null;
  });
  const found = peppers.filter((pepper) => pepper !== null);
  const ids = new Set(found.map(({ id }) => id));
  return found.length === peppers.length && ids.size === found.length ? found : null;
}

/** A number of proxies, or addresses and networks; null when it is something else. */
function proxiesIn(value: string): number | string[] | null {
  if (/^\d$/.test(value)) return Number(value);
  const addresses = value.split(',').map((address) => address.trim());
  return addresses.every(isNetwork) ? addresses : null;
}

function isNetwork(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true;
  const [address = '', bits] = value.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
  );
}

function isSmtpUrl(value: string): boolean {
  const url = URL.parse(value);
  return (
    url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' && isDecodable(url.href)
  );
}

/** An address, with a name in front or without. */
const isMailbox = (value: string) =>
  /^[^\s<>@,;]+@[^\s<>@,;]+$/.test(value) || /^[^<>@,;\p{Cc}]+ <[^\s<>@,;]+@[^\s<>@,;]+>$/u.test(value);

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}

/** The options that a server's URL may have, each engine's in its own words, and what fits them. */
const databaseOptions: Record<string, Record<string, RegExp>> = {
  postgres: {
    pool: /^[1-9]\d{0,3}$/,
    sslmode: /^(disable|require|verify-ca|verify-full)$/,
    sslrootcert: /./,
    sslcert: /./,
    sslkey: /./,
  },
  mysql: {
    pool: /^[1-9]\d{0,3}$/,
    'ssl-mode': /^(DISABLED|REQUIRED|VERIFY_CA|VERIFY_IDENTITY)$/,
    'ssl-ca': /./,
    'ssl-cert': /./,
    'ssl-key': /./,
  },
};

/** Those that name a file. */
const fileOptions = ['sslrootcert', 'sslcert', 'sslkey', 'ssl-ca', 'ssl-cert', 'ssl-key'];

/** @returns what would fit instead, or null for a URL that fits. It repeats the name of an option, and no value. */
function databaseUrlProblem(value: string): string | null {
  if (/^sqlite:.+/.test(value)) return null;
  const url = URL.parse(value);
  const options = url && optionsOf(url);
  if (!options || url.hostname === '' || url.pathname.length < 2 || !isDecodable(url.href)) {
    return 'sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mariadb://…';
  }
  for (const [name, given] of url.searchParams) {
    const fits = options[name];
    if (!fits) return `no option ${name}, but one of ${Object.keys(options).join(', ')}`;
    if (!fits.test(given) || url.searchParams.getAll(name).length > 1)
      return `one ${name} that fits (docs/configuration.md)`;
  }
  return null;
}

function optionsOf({ protocol }: URL): Record<string, RegExp> | undefined {
  if (['postgres:', 'postgresql:'].includes(protocol)) return databaseOptions['postgres'];
  return ['mysql:', 'mariadb:'].includes(protocol) ? databaseOptions['mysql'] : undefined;
}

/** `sqlite:./data/app.db` means the same file from every folder of the workspace, and so does a certificate. */
function withAbsolutePaths(databaseUrl: string): string {
  const [, path] = /^sqlite:(.+)$/.exec(databaseUrl) ?? [];
  if (path === ':memory:') return databaseUrl;
  if (path) return `sqlite:${resolve(workspaceRoot, path.replace(/^\/\/(?=\/)/, ''))}`;

  const url = new URL(databaseUrl);
  const files = [...url.searchParams].filter(([name]) => fileOptions.includes(name));
  if (files.length === 0) return databaseUrl;
  for (const [name, file] of files) url.searchParams.set(name, resolve(workspaceRoot, file));
  return url.href;
}

/** One schema, built once: parsing it costs more than reading it. */
const environment = z
  .object({
    NODE_ENV: oneOf(['development', 'test', 'production']).default('development'),
    HOST: text(isHost, 'an address or host name to listen on, like 127.0.0.1').default('127.0.0.1'),
    PORT: text(isPort, 'a port number from 0 to 65535').transform(Number).optional(),
    ORIGIN: text(isOrigin, 'an origin without a path, like https://login.example.com')
      .transform((value) => new URL(value).origin)
      .optional(),
    DATABASE_URL: z
      .string()
      .superRefine((value, context) => {
        const fits = databaseUrlProblem(value);
        if (fits !== null) context.addIssue({ code: 'custom', message: fits });
      })
      .default('sqlite:./data/app.db')
      .transform(withAbsolutePaths),
    API_URL: text(isOrigin, "the API's address without a path, like http://127.0.0.1:4000").optional(),
    SEED_DEMO: onOrOff.optional(),
    LOG_LEVEL: oneOf(logLevels).optional(),
    SESSION_IDLE: optionalDuration,
    SESSION_LIFETIME: duration('7d'),
    REMEMBER_IDLE: optionalDuration,
    REMEMBER_LIFETIME: duration('365d'),
    FRESH_LIFETIME: duration('15m'),
    SESSION_PROTECTION: oneOf(protections).default('basic'),
    SESSIONS_PER_USER: text((value) => /^[1-9]\d{0,4}$/.test(value), 'a number from 1 to 99999')
      .transform(Number)
      .optional(),
    PASSWORD_MIN_LENGTH: text(
      (value) => /^\d{1,2}$/.test(value) && Number(value) >= 8 && Number(value) <= 64,
      'a number of characters from 8 to 64',
    )
      .default('15')
      .transform(Number),
    PASSWORD_HASHING: oneOf(hashingCosts).default('standard'),
    PASSWORD_PEPPER: text(
      (value) => peppersIn(value) !== null,
      'id:secret, several with commas between and the one for new passwords first; a secret has at least 16 characters',
    )
      .default('')
      .transform((value) => peppersIn(value) ?? []),
    DEVISE_PEPPER: text(() => true, '').optional(),
    ACCEPT_WEAK_HASHES: onOrOff.default(false),
    SMTP_URL: text(isSmtpUrl, 'smtp://host:port or smtps://host:port').optional(),
    MAIL_FROM: text(
      isMailbox,
      'an address like no-reply@example.com, or Name <no-reply@example.com>',
    ).optional(),
    TRUST_PROXY: text(
      (value) => proxiesIn(value) !== null,
      'how many proxies stand in front, from 0 to 9, or their addresses with commas between',
    )
      .default('0')
      .transform((value) => proxiesIn(value) ?? 0),
    DELETION_GRACE: duration('14d'),
  })
  .superRefine((value, context) => {
    const refuse = (variable: string, fits: string) => {
      context.addIssue({ code: 'custom', path: [variable], message: fits });
    };
    if ((value.SESSION_IDLE ?? 0) > value.SESSION_LIFETIME)
      refuse('SESSION_IDLE', 'a time within SESSION_LIFETIME');
    if ((value.REMEMBER_IDLE ?? 0) > value.REMEMBER_LIFETIME)
      refuse('REMEMBER_IDLE', 'a time within REMEMBER_LIFETIME');
    if (value.NODE_ENV !== 'production') return;
    if (!value.ORIGIN)
      refuse('ORIGIN', 'the address people use, like https://login.example.com, in production');
    else if (!isSafeOrigin(value.ORIGIN)) {
      refuse('ORIGIN', 'an address with https:// in production, or one of this machine');
    }
    if (value.PASSWORD_HASHING === 'fast') {
      refuse('PASSWORD_HASHING', 'standard in production: fast hashes are for tests');
    }
    if (value.SEED_DEMO) refuse('SEED_DEMO', 'off in production: demo passwords are public');
  });
