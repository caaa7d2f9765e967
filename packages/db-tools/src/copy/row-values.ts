import type { Platform, Type } from '@mikro-orm/core';
import type { Engine } from '@latchkey/db';

/**
 * What a column holds, in the one form that is the same on every engine: times as ISO 8601 in UTC with milliseconds,
 * bytes in base64, JSON as text with its keys in order, numbers that JavaScript cannot hold as their digits.
 */
export type Value = string | number | boolean | null;

/** The values of a row, in the order of its table's columns. */
export type Row = readonly Value[];

export const kinds = ['text', 'boolean', 'number', 'bigint', 'decimal', 'time', 'bytes', 'json'] as const;
export type Kind = (typeof kinds)[number];

/** How a column's values become those of an engine's driver, and the other way round. Null is null everywhere. */
export type ValueForm = {
  /** @param stored SQLite: as the driver has it; PostgreSQL and MySQL: as text, bytes on MySQL as a `Buffer` */
  read(stored: unknown): Value;
  write(value: Value): unknown;
  /** What is kept of a value: SQLite has whole seconds for the end of a session, where others have milliseconds. */
  kept(value: Value): Value;
};

/** @param type an entity's own type of property, which has the last word on what is stored */
export function valueForm(
  engine: Engine,
  kind: Kind,
  own?: { type: Type<unknown>; platform: Platform },
): ValueForm {
  const plain = { read: readers[engine][kind], write: writers[engine][kind], kept: asItIs };
  const form = own ? formOfType(engine, kind, plain, own) : plain;
  return {
    read: (stored) => (stored === null || stored === undefined ? null : form.read(stored)),
    write: (value) => (value === null ? null : form.write(value)),
    kept: (value) => (value === null ? null : form.kept(value)),
  };
}

const asItIs = (value: Value): Value => value;

type Readers = Record<Kind, (stored: unknown) => Value>;
type Writers = Record<Kind, (value: Value) => unknown>;

const commonReaders = {
  text: (stored) => textOf(stored),
  number: Number,
  bigint: (stored) => textOf(stored),
  decimal: (stored) => plainDecimal(textOf(stored)),
  json: (stored) => sortedJson(JSON.parse(textOf(stored))),
} satisfies Partial<Readers>;

const readers: Record<Engine, Readers> = {
  sqlite: {
    ...commonReaders,
    boolean: (stored) => Number(stored) !== 0,
    time: (stored) => new Date(typeof stored === 'string' ? stored : Number(stored)).toISOString(),
    bytes: (stored) => bytesOf(stored).toString('base64'),
  },
  postgresql: {
    ...commonReaders,
    boolean: (stored) => stored === 't',
    time: (stored) => isoTime(textOf(stored)),
    bytes: (stored) => Buffer.from(textOf(stored).slice(2), 'hex').toString('base64'),
  },
  mysql: {
    ...commonReaders,
    boolean: (stored) => Number(stored) !== 0,
    time: (stored) => isoTime(textOf(stored)),
    bytes: (stored) => bytesOf(stored).toString('base64'),
  },
};

const writers: Record<Engine, Writers> = {
  sqlite: {
    text: asItIs,
    boolean: Number,
    number: asItIs,
    bigint: (value) => BigInt(String(value)),
    decimal: asItIs,
    time: (value) => Date.parse(String(value)),
    bytes: (value) => Buffer.from(String(value), 'base64'),
    json: asItIs,
  },
  postgresql: {
    text: asItIs,
    boolean: String,
    number: String,
    bigint: asItIs,
    decimal: asItIs,
    time: asItIs,
    bytes: (value) => `\\x${Buffer.from(String(value), 'base64').toString('hex')}`,
    json: asItIs,
  },
  mysql: {
    text: asItIs,
    boolean: Number,
    number: asItIs,
    bigint: asItIs,
    decimal: asItIs,
    time: (value) => String(value).replace('T', ' ').replace('Z', ''),
    bytes: (value) => Buffer.from(String(value), 'base64'),
    json: asItIs,
  },
};

/** Through JavaScript's own value, since that is what an entity's type converts to and from. */
function formOfType(
  engine: Engine,
  kind: Kind,
  plain: ValueForm,
  { type, platform }: { type: Type<unknown>; platform: Platform },
): ValueForm {
  const hasTimes = engine !== 'sqlite' && kind === 'time';
  return {
    read: (stored) =>
      valueOf(type.convertToJSValue(hasTimes ? new Date(isoTime(textOf(stored))) : stored, platform), kind),
    write(value) {
      const stored = type.convertToDatabaseValue(javascriptOf(value, kind), platform);
      // A time comes as a time where the engine has a type for it.
      return stored instanceof Date ? plain.write(stored.toISOString()) : stored;
    },
    kept(value) {
      const stored = type.convertToDatabaseValue(javascriptOf(value, kind), platform);
      return stored instanceof Date ? value : valueOf(type.convertToJSValue(stored, platform), kind);
    },
  };
}

function valueOf(value: unknown, kind: Kind): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (kind === 'json') return sortedJson(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value);
}

function javascriptOf(value: Value, kind: Kind): unknown {
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

/** `2026-11-23 12:00:00.5+00` and `2026-11-23 12:00:00.500000`, both in UTC. */
function isoTime(text: string): string {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00(?::?00)?|Z)?$/.exec(text) ?? [];
  if (day === undefined || time === undefined)
    throw new RangeError(`${text} is no time between the years 1 and 9999.`);
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** `1.50`, `1.5` and `01.5` are one number. */
function plainDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return /\d/.test(text) && !/[1-9]/.test(text) ? '0' : text;
  return `${sign}${whole || '0'}${fraction && `.${fraction}`}`;
}

/** An engine may keep keys in an order of its own. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const textOf = (stored: unknown): string => {
  if (typeof stored === 'string') return stored;
  return stored instanceof Uint8Array ? Buffer.from(stored).toString() : String(stored);
};

const bytesOf = (stored: unknown): Buffer =>
  stored instanceof Uint8Array ? Buffer.from(stored) : Buffer.from(String(stored));
