import type { RowOf } from '@latchkey/db/sql';
import type { FactoryContext } from './factory.ts';
import type { Faker } from '@faker-js/faker';
import type { RememberedBrowser, RememberToken, SecurityEvent, Session } from '@latchkey/db';
import { createDevice, type Device } from './devices.ts';
import { rememberTokenFactory } from './factories/remember-token.ts';
import { rememberedBrowserFactory } from './factories/remembered-browser.ts';
import { securityEventFactory } from './factories/security-event.ts';
import { sessionFactory } from './factories/session.ts';
import { userFactory } from './factories/user.ts';
import type { Person } from './people.ts';
import { timeBetween } from './random-data.ts';

/** The lifetimes of sessions and remembered browsers, in milliseconds. */
export type Lifetimes = {
  session: { idleMs: number; lifetimeMs: number };
  remember: { idleMs: number; lifetimeMs: number };
  freshMs: number;
};

export type UserRecords = {
  user: ReturnType<typeof createUser>;
  browsers: RowOf<typeof RememberedBrowser>[];
  tokens: RowOf<typeof RememberToken>[];
  sessions: RowOf<typeof Session>[];
  events: RowOf<typeof SecurityEvent>[];
};

export type Settings = { faker: Faker; passwordHash: string; lifetimes: Lifetimes; now: Date };

const dayMs = 86_400_000;
const yearsMs = 5 * 365 * dayMs;

/** How far back security events reach. */
const eventsMs = 90 * dayMs;

/** Returns a sign-up time on a site that has grown for five years. @param share of the users who signed up earlier */
export const signUpTime = (share: number, now: Date): Date =>
  new Date(now.getTime() - Math.round(yearsMs * (1 - Math.sqrt(share))));

/** Generates a user with their browsers, sessions and events. */
export function createUserRecords(person: Person, createdAt: Date, settings: Settings): UserRecords {
  const { faker, now } = settings;
  const context: FactoryContext = { now, faker, person: () => person, idOf: (_, id) => id ?? '' };
  const user = createUser(context, person, createdAt, settings.passwordHash);

  const records: UserRecords = { user, browsers: [], tokens: [], sessions: [], events: [] };
  const device = createDevice(faker);
  const isNew = now.getTime() - createdAt.getTime() < eventsMs;
  if (isNew) addEvent(records, context, 'registered', createdAt, device);
  if (!user.isActive || !faker.datatype.boolean(0.35)) return records;

  // Most active users were seen in the last days.
  const lastSeenAt = notBefore(createdAt, now.getTime() - 60 * dayMs * faker.number.float() ** 3);
  addBrowsers(records, context, { device, lastSeenAt }, settings.lifetimes);
  addSession(records, context, { device, lastSeenAt }, settings.lifetimes);
  addEvents(records, context, { device, lastSeenAt });
  return records;
}

function createUser(context: FactoryContext, person: Person, createdAt: Date, passwordHash: string) {
  const { faker, now } = context;
  const isVerified = faker.datatype.boolean(0.88);
  const given = {
    ...person,
    createdAt,
    passwordHash,
    isActive: faker.datatype.boolean(0.98),
    passwordChangedAt: faker.datatype.boolean(0.15) ? timeBetween(faker, createdAt, now) : null,
    pendingEmail: faker.datatype.boolean(0.01) ? `new.${person.email}` : null,
    deleteAfter: faker.datatype.boolean(0.002)
      ? new Date(now.getTime() + faker.number.int({ min: 1, max: 14 }) * dayMs)
      : null,
  };
  return {
    ...userFactory.make(context, given),
    ...given,
    emailVerifiedAt: isVerified ? timeBetween(faker, createdAt, soonAfter(createdAt, now)) : null,
    updatedAt: given.passwordChangedAt ?? createdAt,
  };
}

type Seen = { device: Device; lastSeenAt: Date };

/** Adds remembered browsers for some users, with the current token and perhaps a used one. */
function addBrowsers(
  records: UserRecords,
  context: FactoryContext,
  { device, lastSeenAt }: Seen,
  lifetimes: Lifetimes,
): void {
  const { faker, now } = context;
  const { idleMs, lifetimeMs } = lifetimes.remember;
  if (now.getTime() - lastSeenAt.getTime() >= idleMs || !faker.datatype.boolean(0.6)) return;

  const earliest = notBefore(records.user.createdAt, lastSeenAt.getTime() - lifetimeMs / 2);
  for (const { userAgent, address } of faker.datatype.boolean(0.2)
    ? [device, createDevice(faker)]
    : [device]) {
    const createdAt = timeBetween(faker, earliest, lastSeenAt);
    const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
    const given = { user: records.user.id, createdAt, lastSeenAt, expiresAt, userAgent, address };
    const browser = { ...rememberedBrowserFactory.make(context, given), ...given };
    records.browsers.push(browser);
    addToken(records, context, { browser: browser.id, createdAt: lastSeenAt, rotatedAt: null });
    if (faker.datatype.boolean(0.5))
      addToken(records, context, { browser: browser.id, createdAt, rotatedAt: lastSeenAt });
  }
}

function addToken(
  records: UserRecords,
  context: FactoryContext,
  given: Pick<RowOf<typeof RememberToken>, 'browser' | 'createdAt' | 'rotatedAt'>,
): void {
  records.tokens.push({ ...rememberTokenFactory.make(context, given), ...given });
}

/** Adds a session for a user who was seen recently. */
function addSession(
  records: UserRecords,
  context: FactoryContext,
  { device, lastSeenAt }: Seen,
  lifetimes: Lifetimes,
): void {
  const { faker, now } = context;
  const { idleMs, lifetimeMs } = lifetimes.session;
  if (now.getTime() - lastSeenAt.getTime() >= idleMs) return;

  const [browser] = records.browsers;
  const earliest = notBefore(
    browser?.createdAt ?? records.user.createdAt,
    lastSeenAt.getTime() - lifetimeMs / 2,
  );
  const createdAt = timeBetween(faker, earliest, lastSeenAt);
  const given = {
    ...device,
    user: records.user.id,
    browser: browser?.id ?? null,
    createdAt,
    lastSeenAt,
    expiresAt: new Date(createdAt.getTime() + lifetimeMs),
    freshUntil: new Date(createdAt.getTime() + lifetimes.freshMs),
  };
  records.sessions.push({ ...sessionFactory.make(context, given), ...given });
}

/** Adds security events of an active user. */
function addEvents(records: UserRecords, context: FactoryContext, { device, lastSeenAt }: Seen): void {
  const { faker } = context;
  const earliest = notBefore(records.user.createdAt, lastSeenAt.getTime() - eventsMs);
  for (let left = faker.number.int({ min: 0, max: 4 }); left > 0; left -= 1) {
    addEvent(records, context, null, timeBetween(faker, earliest, lastSeenAt), device);
  }
  addEvent(records, context, 'signed_in', lastSeenAt, device);
}

/** @param kind null for a random one */
function addEvent(
  records: UserRecords,
  context: FactoryContext,
  kind: string | null,
  at: Date,
  device: Device,
): void {
  const given = { ...device, user: records.user.id, at, ...(kind !== null && { kind }) };
  records.events.push({ ...securityEventFactory.make(context, given), ...given });
}

const notBefore = (earliest: Date, ms: number) => new Date(Math.max(earliest.getTime(), Math.floor(ms)));

const soonAfter = (time: Date, now: Date) => new Date(Math.min(now.getTime(), time.getTime() + dayMs));
