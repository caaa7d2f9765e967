import type { choices } from './environment.ts';
import type { Pepper } from './values.ts';

/** The settings of a process, from its environment. */
export type Config = Readonly<{
  production: boolean;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** How long an idle connection of a client or load balancer stays open. */
  keepAliveMs: number;
  /** The site's public `scheme://host[:port]`; null to derive it from host and port. */
  origin: string | null;
  /** Further origins of the site, and of pages that may send requests to it. */
  allowedOrigins: readonly string[];
  /**
   * `sqlite:/absolute/path`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mariadb://…`. May contain a password.
   */
  databaseUrl: string;
  /** The origin of the API; null to run the API in the same process. */
  apiUrl: string | null;
  /** Whether the demo users are added to an empty database. */
  seedDemo: boolean;
  logLevel: (typeof choices.logLevel)[number];
  /** The beginning of the names of the cookies, after `__Host-`. */
  cookiePrefix: string;
  session: Lifetime;
  /** The lifetime of a remembered browser. */
  remember: Lifetime;
  /** For how long after entering the password a session is a fresh login. */
  freshMs: number;
  /** When another device uses a session: `basic` ends its fresh login, `strong` ends the session, `off` does nothing. */
  sessionProtection: (typeof choices.sessionProtection)[number];
  /** The maximum number of devices per user; null for no limit. */
  sessionsPerUser: number | null;
  /** Whether visitors can create accounts. */
  registration: (typeof choices.registration)[number];
  /** Whether signing in requires a verified e-mail address. */
  requiresVerifiedEmail: boolean;
  passwords: Readonly<{
    /** The minimum length of a new password, in characters. */
    minLength: number;
    /** The cost of a new hash. `fast` is for tests. */
    hashing: (typeof choices.hashing)[number];
    /** The first one is used for new hashes; the others verify older ones. */
    peppers: readonly Pepper[];
    /** Devise's `config.pepper`, for users imported from Rails. */
    devisePepper: string | null;
    /** Flask-Security's `SECURITY_PASSWORD_SALT`, for users imported from it. */
    flaskSecuritySalt: string | null;
    /** Whether salted MD5 and SHA-1 hashes and plain passwords of old Werkzeug versions are accepted. */
    acceptsWeakHashes: boolean;
  }>;
  mail: Readonly<{
    /** `smtp://user:password@host:port` or `smtps://…`; null to send no mail. */
    smtpUrl: string | null;
    /** The sender; null for no-reply at the site's host. */
    from: string | null;
    /** The name with which the mail server is greeted; null for the site's host. */
    hostname: string | null;
  }>;
  /** The proxies whose `X-Forwarded-For` is trusted: how many there are, or their addresses and networks. */
  trustProxy: number | readonly string[];
  /** For how long the deletion of an account can be canceled. */
  deletionGraceMs: number;
}>;

/** `idleMs` is the maximum time without use, `lifetimeMs` the maximum time in total. */
export type Lifetime = Readonly<{ idleMs: number; lifetimeMs: number }>;

/** Defaults that differ between the applications. */
export type ConfigDefaults = { port: number };
