import type { Database } from '@latchkey/db';

export type EntityMeta = Database['entities'][number]['meta'];
export type EntityField = EntityMeta['props'][number];

/** What is known of the entities, and of the rows they are found as. */
export type Entities = {
  /** Each entity by its name: `User`, `Session`, … */
  byName: Readonly<Record<string, Database['entities'][number]>>;
  named(name: string): EntityMeta | null;
  /** The entity that a value is: `User` itself. */
  definedBy(value: unknown): EntityMeta | null;
  /** The entity that a value is a row of. */
  rowOf(value: unknown): EntityMeta | null;
  /** Fields and columns that are not shown unless they are asked for by name: those with `.hidden()`. */
  isHidden(name: string): boolean;
};

export function knownEntities(database: Database): Entities {
  const byName = Object.fromEntries(database.entities.map((entity) => [entity.meta.className, entity]));
  const named = (name: string) => {
    const entity = byName[name];
    return entity ? database.orm.getMetadata(entity) : null;
  };
  const hidden = new Set(
    Object.keys(byName)
      .flatMap((name) => named(name)?.props ?? [])
      .flatMap((field) => (field.hidden ? [field.name, ...columnsOf(field)] : [])),
  );

  return {
    byName,
    named,
    definedBy(value) {
      const [name] = Object.entries(byName).find(([, entity]) => entity === value) ?? [];
      return name === undefined ? null : named(name);
    },
    rowOf(value) {
      if (typeof value !== 'object' || value === null || !('__meta' in value)) return null;
      // The cast: MikroORM hangs the metadata on every entity's prototype under this name.
      const meta = value.__meta as { className?: string } | undefined;
      return named(meta?.className ?? '');
    },
    isHidden: (name) => hidden.has(name),
  };
}

/** The columns of a field: none of a collection, which is kept in another table. */
export function columnsOf(field: EntityField): readonly string[] {
  // The cast: what is not there for every field, which MikroORM's type does not say.
  const { fieldNames, pivotEntity } = field as { fieldNames?: string[]; pivotEntity?: unknown };
  return pivotEntity ? [] : (fieldNames ?? []);
}

/** The value of a field, or undefined where it was not loaded. */
export function valueOf(row: object, field: EntityField): unknown {
  return Reflect.get(row, field.name);
}

/** What tells a row from the others of its entity. */
export function keyOf(row: object, meta: EntityMeta): string {
  return meta.primaryKeys.map((key) => String(Reflect.get(row, key))).join(', ');
}
