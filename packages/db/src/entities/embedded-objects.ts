import {
  helper,
  ReferenceKind,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
  type Type,
} from '@mikro-orm/core';
import { isReference } from './stored-properties.ts';

/** A row or a record, or an embedded object in it. */
export type Values = Record<string, unknown>;

/** The names that lead from a row to the value of a column: `['address', 'street']` in an embedded object. */
export function pathOf(
  { properties }: Pick<EntityMetadata, 'properties'>,
  property: EntityProperty,
): string[] {
  // The cast: most properties are not of an embedded object, which MikroORM's type does not show.
  const embedded = property.embedded as [parent: string, name: string] | undefined;
  if (!embedded) return [property.name];
  const [parentName, name] = embedded;
  const parent = properties[parentName];
  return parent ? [...pathOf({ properties }, parent), name] : [name];
}

/** Returns the value at a path; undefined when an embedded object on the way is missing. */
export function valueAt(row: object, path: readonly string[]): unknown {
  // The cast: the values of an object by name.
  return path.reduce<unknown>((value, name) => (value as Values | null | undefined)?.[name], row);
}

/** Sets the value at a path, and adds the embedded objects on the way that are missing. */
export function setValueAt(row: Values, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    row[name] = value;
    return;
  }
  // The cast: a value on the way is an embedded object.
  const inner = { ...(row[name] as Values | null | undefined) };
  setValueAt(inner, rest, value);
  row[name] = inner;
}

/** The properties of an embedded object by name; null for another property. */
export function propertiesWithin({ kind, embeddedProps }: EntityProperty): [string, EntityProperty][] | null {
  return kind === ReferenceKind.EMBEDDED ? Object.entries(embeddedProps) : null;
}

/** The name of a property in a record: that of the key for a reference. */
export const recordName = (name: string, property: Pick<EntityProperty, 'kind'>): string =>
  isReference(property) ? `${name}Id` : name;

/** Copies the value of an entity to a plain value: an embedded object, or the key of a reference. */
export function toPlain(value: unknown, property: EntityProperty): unknown {
  if (value === null || value === undefined) return null;
  if (isReference(property)) return keyOf(value, property);
  const within = propertiesWithin(property);
  if (!within) return value;
  const copy = (object: unknown) =>
    Object.fromEntries(
      // The cast: the object has these properties.
      within.map(([name, inner]) => [recordName(name, inner), toPlain((object as Values)[name], inner)]),
    );
  return Array.isArray(value) ? value.map(copy) : copy(value);
}

/** The key of a referenced entity: for several columns, their values as an array. */
function keyOf(entity: object, { fieldNames }: EntityProperty): unknown {
  // The cast: MikroORM returns the values of the key in the order of its columns.
  const key = helper(entity).getPrimaryKeys();
  return fieldNames.length > 1 ? key : (key?.[0] ?? null);
}

/** Converts an embedded object to JSON, in which properties have the names of columns. */
export function toJsonObject(value: unknown, property: EntityProperty, platform: Platform): unknown {
  if (value === null || value === undefined) return null;
  const within = propertiesWithin(property);
  if (!within) return customTypeOf(property)?.convertToDatabaseValue(value, platform) ?? value;
  const convert = (object: unknown) =>
    Object.fromEntries(
      within.map(([name, inner]) => [
        inner.fieldNames[0] ?? name,
        // The cast: the object has these properties.
        toJsonObject((object as Values)[name], inner, platform),
      ]),
    );
  return Array.isArray(value) ? value.map(convert) : convert(value);
}

/** Converts it back. */
export function fromJsonObject(value: unknown, property: EntityProperty, platform: Platform): unknown {
  if (value === null || value === undefined) return null;
  const within = propertiesWithin(property);
  if (!within) {
    const converted = customTypeOf(property)?.convertToJSValue(value, platform) ?? value;
    return property.runtimeType === 'Date' && typeof converted === 'string' ? new Date(converted) : converted;
  }
  const convert = (json: unknown) =>
    Object.fromEntries(
      within.map(([name, inner]) => [
        recordName(name, inner),
        // The cast: the object is the one that `toJsonObject` has made.
        fromJsonObject((json as Values)[inner.fieldNames[0] ?? name], inner, platform),
      ]),
    );
  return Array.isArray(value) ? value.map(convert) : convert(value);
}

/** The cast: `customType` is missing for most properties, which MikroORM's type does not show. */
const customTypeOf = ({ customType }: EntityProperty) => customType as Type<unknown> | undefined;
