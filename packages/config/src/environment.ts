import { z } from 'zod';
import { databaseUrl } from './database-url.ts';
import {
  cookiePrefix,
  duration,
  host,
  httpOrigin,
  httpOrigins,
  keepAlive,
  mailHostname,
  mailbox,
  number,
  oneOf,
  onOrOff,
  peppers,
  smtpUrl,
  trustedProxies,
} from './values.ts';

/** The values of the variables that name one of several choices. */
export const choices = {
  environment: ['development', 'test', 'production'],
  logLevel: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
  sessionProtection: ['basic', 'strong', 'off'],
  hashing: ['standard', 'fast'],
  registration: ['open', 'closed'],
} as const;

/** Variables whose values may contain a secret. Errors do not show these values, and each can be read from a file. */
export const secretVariables: readonly string[] = [
  'DATABASE_URL',
  'API_URL',
  'SMTP_URL',
  'PASSWORD_PEPPER',
  'DEVISE_PEPPER',
  'SECURITY_PASSWORD_SALT',
];

/** One line per variable. `prefault` is a default that is parsed like a value of the environment. */
const variables = z.object({
  NODE_ENV: oneOf(choices.environment).default('development'),
  HOST: host.default('127.0.0.1'),
  PORT: number(0, 65_535, 'a port number').optional(),
  KEEP_ALIVE: keepAlive.prefault('65s'),
  ORIGIN: httpOrigin('an origin without a path, like https://login.example.com').optional(),
  ALLOWED_ORIGINS: httpOrigins(
    'origins without a path, with commas between them, like https://www.example.com,https://login.example.org',
  ).default([]),
  DATABASE_URL: databaseUrl.prefault('sqlite:./data/app.db'),
  API_URL: httpOrigin('the address of the API without a path, like http://127.0.0.1:4000').optional(),
  SEED_DEMO: onOrOff.optional(),
  LOG_LEVEL: oneOf(choices.logLevel).optional(),
  COOKIE_PREFIX: cookiePrefix.default('latchkey_'),
  SESSION_IDLE: duration.optional(),
  SESSION_LIFETIME: duration.prefault('7d'),
  REMEMBER_IDLE: duration.optional(),
  REMEMBER_LIFETIME: duration.prefault('365d'),
  FRESH_LIFETIME: duration.prefault('15m'),
  SESSION_PROTECTION: oneOf(choices.sessionProtection).default('basic'),
  SESSIONS_PER_USER: number(1, 99_999, 'a number').optional(),
  REGISTRATION: oneOf(choices.registration).default('open'),
  REQUIRE_VERIFIED_EMAIL: onOrOff.default(false),
  PASSWORD_MIN_LENGTH: number(8, 64, 'a number of characters').default(15),
  PASSWORD_HASHING: oneOf(choices.hashing).default('standard'),
  PASSWORD_PEPPER: peppers.default([]),
  DEVISE_PEPPER: z.string().optional(),
  SECURITY_PASSWORD_SALT: z.string().optional(),
  ACCEPT_WEAK_HASHES: onOrOff.default(false),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailbox.optional(),
  MAIL_HOSTNAME: mailHostname.optional(),
  TRUST_PROXY: trustedProxies.default(0),
  DELETION_GRACE: duration.prefault('14d'),
});

type Variables = z.infer<typeof variables>;

export const variableNames: readonly string[] = Object.keys(variables.shape);

/** The schema of the environment. It is built once, because building it is slower than parsing. */
export const environment = variables
  .refine(
    ({ SESSION_IDLE: idle = 0, SESSION_LIFETIME: lifetime }) => idle <= lifetime,
    rule('SESSION_IDLE', 'a time of at most SESSION_LIFETIME', ['SESSION_LIFETIME']),
  )
  .refine(
    ({ REMEMBER_IDLE: idle = 0, REMEMBER_LIFETIME: lifetime }) => idle <= lifetime,
    rule('REMEMBER_IDLE', 'a time of at most REMEMBER_LIFETIME', ['REMEMBER_LIFETIME']),
  )
  .refine(
    inProduction(({ ORIGIN }) => ORIGIN !== undefined),
    rule('ORIGIN', 'the public address of the site in production, like https://login.example.com'),
  )
  .refine(
    inProduction(({ ORIGIN }) => ORIGIN === undefined || isEncryptedOrLoopback(ORIGIN)),
    rule('ORIGIN', 'an https:// address in production, or a loopback address'),
  )
  .refine(
    inProduction(({ ALLOWED_ORIGINS }) => ALLOWED_ORIGINS.every(isEncryptedOrLoopback)),
    rule('ALLOWED_ORIGINS', 'only https:// addresses in production, or loopback addresses'),
  )
  .refine(
    inProduction(({ PASSWORD_HASHING }) => PASSWORD_HASHING !== 'fast'),
    rule('PASSWORD_HASHING', 'standard in production: fast hashes are for tests'),
  )
  .refine(
    inProduction(({ SEED_DEMO }) => SEED_DEMO !== true),
    rule('SEED_DEMO', 'off in production: the passwords of the demo users are public'),
  );

/** The options of a rule about several variables. It applies when each of them is valid on its own. */
function rule(variable: keyof Variables, expected: string, others: (keyof Variables)[] = ['NODE_ENV']) {
  const names: PropertyKey[] = [variable, ...others];
  return {
    path: [variable],
    error: expected,
    when: ({ issues }: z.core.ParsePayload) =>
      !issues.some(({ path: [name = ''] = [] }) => names.includes(name)),
  };
}

function inProduction(isMet: (values: Variables) => boolean): (values: Variables) => boolean {
  return (values) => values.NODE_ENV !== 'production' || isMet(values);
}

/** Without TLS, passwords and cookies are readable on the network; loopback traffic does not leave the machine. */
function isEncryptedOrLoopback(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
