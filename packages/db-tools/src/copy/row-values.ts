import type { Platform, Type } from '@mikro-orm/core';
import type { Engine } from '@latchkey/db';

/**
 * The value of a column in a form that is the same on every engine: times as ISO 8601 in UTC with milliseconds, bytes in
 * base64, JSON as text with sorted keys, and large numbers and decimals as strings.
 */
export type Value = string | number | boolean | null;

/** The values of a row, in the order of its table's columns. */
export type Row = readonly Value[];

export const kinds = ['text', 'boolean', 'number', 'bigint', 'decimal', 'time', 'bytes', 'json'] as const;
export type Kind = (typeof kinds)[number];

/** Converts the values of a column from and to those of an engine's driver. Null stays null. */
export type ValueCodec = {
  /** @param stored SQLite: the driver's value; PostgreSQL and MySQL: text; bytes on MySQL: a `Buffer` */
  read(stored: unknown): Value;
  write(value: Value): unknown;
  /** The value as it is read after it was written. SQLite, for example, stores the expiry of a session in seconds. */
  roundTrip(value: Value): Value;
};

/** Returns the codec for a kind of values. @param custom the entity's custom type of the property, if any */
export function valueCodec(
  engine: Engine,
  kind: Kind,
  custom?: { type: Type<unknown>; platform: Platform },
): ValueCodec {
  const plain = { read: readers[engine][kind], write: writers[engine][kind], roundTrip: unchanged };
  const codec = custom ? customCodec(engine, kind, plain, custom) : plain;
  return {
    read: (stored) => (stored === null || stored === undefined ? null : codec.read(stored)),
    write: (value) => (value === null ? null : codec.write(value)),
    roundTrip: (value) => (value === null ? null : codec.roundTrip(value)),
  };
}

const unchanged = (value: Value): Value => value;

type Readers = Record<Kind, (stored: unknown) => Value>;
type Writers = Record<Kind, (value: Value) => unknown>;

const commonReaders = {
  text: (stored) => toText(stored),
  number: Number,
  bigint: (stored) => toText(stored),
  decimal: (stored) => normalizeDecimal(toText(stored)),
  json: (stored) => sortedJson(JSON.parse(toText(stored))),
} satisfies Partial<Readers>;

const readers: Record<Engine, Readers> = {
  sqlite: {
    ...commonReaders,
    boolean: (stored) => Number(stored) !== 0,
    time: (stored) => new Date(typeof stored === 'string' ? stored : Number(stored)).toISOString(),
    bytes: (stored) => toBuffer(stored).toString('base64'),
  },
  postgresql: {
    ...commonReaders,
    boolean: (stored) => stored === 't',
    time: (stored) => isoTime(toText(stored)),
    bytes: (stored) => Buffer.from(toText(stored).slice(2), 'hex').toString('base64'),
  },
  mysql: {
    ...commonReaders,
    boolean: (stored) => Number(stored) !== 0,
    time: (stored) => isoTime(toText(stored)),
    bytes: (stored) => toBuffer(stored).toString('base64'),
  },
};

const writers: Record<Engine, Writers> = {
  sqlite: {
    text: unchanged,
    boolean: Number,
    number: unchanged,
    bigint: (value) => BigInt(String(value)),
    decimal: unchanged,
    time: (value) => Date.parse(String(value)),
    bytes: (value) => Buffer.from(String(value), 'base64'),
    json: unchanged,
  },
  postgresql: {
    text: unchanged,
    boolean: String,
    number: String,
    bigint: unchanged,
    decimal: unchanged,
    time: unchanged,
    bytes: (value) => `\\x${Buffer.from(String(value), 'base64').toString('hex')}`,
    json: unchanged,
  },
  mysql: {
    text: unchanged,
    boolean: Number,
    number: unchanged,
    bigint: unchanged,
    decimal: unchanged,
    time: (value) => String(value).replace('T', ' ').replace('Z', ''),
    bytes: (value) => Buffer.from(String(value), 'base64'),
    json: unchanged,
  },
};

/** Converts values through the JavaScript values of the entity's type. */
function customCodec(
  engine: Engine,
  kind: Kind,
  plain: ValueCodec,
  { type, platform }: { type: Type<unknown>; platform: Platform },
): ValueCodec {
  const hasTimes = engine !== 'sqlite' && kind === 'time';
  return {
    read: (stored) =>
      toValue(type.convertToJSValue(hasTimes ? new Date(isoTime(toText(stored))) : stored, platform), kind),
    write(value) {
      const stored = type.convertToDatabaseValue(toJsValue(value, kind), platform);
      // On engines with a type for times, the entity's type returns a Date.
      return stored instanceof Date ? plain.write(stored.toISOString()) : stored;
    },
    roundTrip(value) {
      const stored = type.convertToDatabaseValue(toJsValue(value, kind), platform);
      return stored instanceof Date ? value : toValue(type.convertToJSValue(stored, platform), kind);
    },
  };
}

function toValue(value: unknown, kind: Kind): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (kind === 'json') return sortedJson(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : toText(value);
}

function toJsValue(value: Value, kind: Kind): unknown {
  switch (kind) {
    case 'time':
      return new Date(String(value));
    case 'bytes':
      return Buffer.from(String(value), 'base64');
    case 'json':
      return JSON.parse(String(value));
    case 'bigint':
      return BigInt(String(value));
    default:
      return value;
  }
}

/** Parses `2026-11-23 12:00:00.5+00` and `2026-11-23 12:00:00.500000`, both in UTC. */
function isoTime(text: string): string {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00(?::?00)?|Z)?$/.exec(text) ?? [];
  if (day === undefined || time === undefined)
    throw new RangeError(`${text} is not a time between the years 1 and 9999.`);
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** Removes zeros from a decimal: `1.50` and `01.5` become `1.5`. */
function normalizeDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return /\d/.test(text) && !/[1-9]/.test(text) ? '0' : text;
  return `${sign}${whole || '0'}${fraction && `.${fraction}`}`;
}

/** Sorts the keys, because engines may change their order. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const toText = (stored: unknown): string => {
  if (typeof stored === 'string') return stored;
  return stored instanceof Uint8Array ? Buffer.from(stored).toString() : String(stored);
};

const toBuffer = (stored: unknown): Buffer =>
  stored instanceof Uint8Array ? Buffer.from(stored) : Buffer.from(String(stored));
