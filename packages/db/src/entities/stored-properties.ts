import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';

/**
 * The properties of an entity that are columns of its own table. Excluded are collections and the inverse side of a
 * one-to-one relation, which are stored in other tables even where MikroORM gives them a column name.
 */
export function storedProperties<T>({ props }: Pick<EntityMetadata<T>, 'props'>): EntityProperty<T>[] {
  return props.filter(
    ({ kind, owner, fieldNames, persist, formula }) =>
      kind !== ReferenceKind.MANY_TO_MANY &&
      kind !== ReferenceKind.ONE_TO_MANY &&
      (kind !== ReferenceKind.ONE_TO_ONE || owner) &&
      // The cast: properties without a column have no field names, which MikroORM's type does not show.
      (fieldNames as string[] | undefined)?.length &&
      persist !== false &&
      !formula,
  );
}
