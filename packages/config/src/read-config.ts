import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { Config, ConfigDefaults } from './config.ts';
import { environment, secretVariables } from './environment.ts';

const hourMs = 3_600_000;

/**
 * Parses the environment.
 * @param env usually `process.env`; an empty value counts as unset
 * @throws ConfigError with each invalid variable, what was found, and what was expected
 */
export function readConfig(env: NodeJS.ProcessEnv, defaults: ConfigDefaults = { port: 3000 }): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const parsed = environment.safeParse(set);
  if (!parsed.success) throw toConfigError(parsed.error, set);

  const { data } = parsed;
  const production = data.NODE_ENV === 'production';
  return {
    production,
    host: data.HOST,
    port: data.PORT ?? defaults.port,
    origin: data.ORIGIN ?? null,
    databaseUrl: data.DATABASE_URL,
    apiUrl: data.API_URL ?? null,
    seedDemo: data.SEED_DEMO ?? !production,
    logLevel: data.LOG_LEVEL ?? (production ? 'info' : 'warn'),
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

function toConfigError(error: z.ZodError, set: Record<string, string | undefined>): ConfigError {
  return new ConfigError(
    error.issues.map(({ path, message }) => {
      const variable = String(path[0]);
      return { variable, found: describeValue(variable, set[variable]), expected: message };
    }),
  );
}

function describeValue(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (secretVariables.includes(variable)) return 'a value that is not shown, as it may contain a secret';
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
