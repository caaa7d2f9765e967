import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';

/**
 * The properties of an entity that are columns of its own table. A collection is none, though MikroORM gives some a name
 * of a column: its rows stand in another table. Nor is the side of a one-to-one that the other table keeps.
 */
export function storedProperties<T>({ props }: Pick<EntityMetadata<T>, 'props'>): EntityProperty<T>[] {
  return props.filter(
    ({ kind, owner, fieldNames, persist, formula }) =>
      kind !== ReferenceKind.MANY_TO_MANY &&
      kind !== ReferenceKind.ONE_TO_MANY &&
      (kind !== ReferenceKind.ONE_TO_ONE || owner) &&
      // The cast: what is in no table has no such names, which MikroORM's type does not say.
      (fieldNames as string[] | undefined)?.length &&
      persist !== false &&
      !formula,
  );
}
