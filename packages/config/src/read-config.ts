import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Config, ConfigDefaults } from './config.ts';
import { environment, secretVariables } from './environment.ts';
import { fileVariableOf, readSecretFiles } from './secret-files.ts';

const hourMs = 3_600_000;

/**
 * Parses the environment.
 * @param env usually `process.env`; an empty value counts as unset
 * @throws ConfigError with each invalid variable, what was found, and what was expected
 */
export function readConfig(env: NodeJS.ProcessEnv, defaults: ConfigDefaults = { port: 3000 }): Config {
  const { data } = parseEnvironment(env);
  const production = data.NODE_ENV === 'production';
  return {
    production,
    host: data.HOST,
    port: data.PORT ?? defaults.port,
    keepAliveMs: data.KEEP_ALIVE,
    origin: data.ORIGIN ?? null,
    allowedOrigins: data.ALLOWED_ORIGINS,
    databaseUrl: data.DATABASE_URL,
    apiUrl: data.API_URL ?? null,
    seedDemo: data.SEED_DEMO ?? !production,
    logLevel: data.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    cookiePrefix: data.COOKIE_PREFIX,
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
    registration: data.REGISTRATION,
    requiresVerifiedEmail: data.REQUIRE_VERIFIED_EMAIL,
    passwords: {
      minLength: data.PASSWORD_MIN_LENGTH,
      hashing: data.PASSWORD_HASHING,
      peppers: data.PASSWORD_PEPPER,
      devisePepper: data.DEVISE_PEPPER ?? null,
      flaskSecuritySalt: data.SECURITY_PASSWORD_SALT ?? null,
      acceptsWeakHashes: data.ACCEPT_WEAK_HASHES,
    },
    mail: {
      smtpUrl: data.SMTP_URL ?? null,
      from: data.MAIL_FROM ?? null,
      hostname: data.MAIL_HOSTNAME ?? null,
    },
    trustProxy: data.TRUST_PROXY,
    deletionGraceMs: data.DELETION_GRACE,
  };
}

/** @throws ConfigError */
function parseEnvironment(env: NodeJS.ProcessEnv) {
  const set = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]),
  );
  const { secrets, problems } = readSecretFiles(set);
  const parsed = environment.safeParse({ ...set, ...secrets });
  if (parsed.success && problems.length === 0) return parsed;
  throw new ConfigError([...problems, ...problemsOf(parsed.error, set, secrets)]);
}

type Values = Readonly<Record<string, string>>;

function problemsOf(error: z.ZodError | undefined, set: Values, secrets: Values): ConfigProblem[] {
  return (error?.issues ?? []).map(({ path, message }) => {
    const variable = String(path[0]);
    const isFromFile = variable in secrets;
    return {
      variable: isFromFile ? fileVariableOf(variable) : variable,
      found: isFromFile ? `content ${notShown}` : describeValue(variable, set[variable]),
      expected: message,
    };
  });
}

const notShown = 'that is not shown, as it may contain a secret';

function describeValue(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (secretVariables.includes(variable)) return `a value ${notShown}`;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
