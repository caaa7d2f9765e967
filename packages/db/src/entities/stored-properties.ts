import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';

/**
 * The properties of an entity that are columns of its own table. Excluded are collections and the inverse side of a
 * one-to-one relation, which are stored in other tables even where MikroORM gives them a column name. An embedded object is
 * represented by the properties of its columns; one that is stored as JSON is a column itself.
 */
export function storedProperties<T>({ props }: Pick<EntityMetadata<T>, 'props'>): EntityProperty<T>[] {
  return props.filter((property) => isStored(property) && !isInlineObject(property));
}

/** The properties that a row or record has: as `storedProperties`, but with embedded objects as one value each. */
export function rowProperties<T>({ props }: Pick<EntityMetadata<T>, 'props'>): EntityProperty<T>[] {
  // The cast: most properties are not of an embedded object, which MikroORM's type does not show.
  return props.filter((property) => isStored(property) && !(property.embedded as unknown));
}

function isStored<T>({ kind, owner, fieldNames, persist, formula }: EntityProperty<T>): boolean {
  return (
    kind !== ReferenceKind.MANY_TO_MANY &&
    kind !== ReferenceKind.ONE_TO_MANY &&
    (kind !== ReferenceKind.ONE_TO_ONE || owner) &&
    // The cast: properties without a column have no field names, which MikroORM's type does not show.
    Boolean((fieldNames as string[] | undefined)?.length) &&
    persist !== false &&
    !formula
  );
}

/** Whether a property is an embedded object with a column for each of its properties. */
const isInlineObject = ({ kind, object }: Pick<EntityProperty, 'kind' | 'object'>): boolean =>
  kind === ReferenceKind.EMBEDDED && !object;

/** Whether a property refers to a row of another table, or of the same one. */
export const isReference = ({ kind }: Pick<EntityProperty, 'kind'>): boolean =>
  kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE;

/** The property whose values a column has: for a reference, the key property that it finally refers to. */
export function keyProperty(property: EntityProperty, index: number): EntityProperty {
  const { targetMeta: target, referencedColumnNames } = property;
  if (!target || !isReference(property)) return property;
  const name = referencedColumnNames[index] ?? '';
  // The cast: properties without a column have no field names, which MikroORM's type does not show.
  const key = target.props.find(({ fieldNames }) => (fieldNames as string[] | undefined)?.includes(name));
  return key ? keyProperty(key, key.fieldNames.indexOf(name)) : property;
}
