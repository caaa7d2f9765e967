import type { Database } from '@latchkey/db';

export type EntityMeta = Database['entities'][number]['meta'];
export type EntityField = EntityMeta['props'][number];

/** Looks up entities, and the entity of a row. */
export type Entities = {
  /** Each entity by its name: `User`, `Session`, … */
  byName: Readonly<Record<string, Database['entities'][number]>>;
  named(name: string): EntityMeta | null;
  /** The entity that a value defines, like `User`. */
  definedBy(value: unknown): EntityMeta | null;
  /** The entity of a row. */
  rowOf(value: unknown): EntityMeta | null;
  /** Whether a field or column is marked with `.hidden()`: it is printed only when it is selected by name. */
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
      // The cast: MikroORM sets this property on the prototype of every entity.
      const meta = value.__meta as { className?: string } | undefined;
      return named(meta?.className ?? '');
    },
    isHidden: (name) => hidden.has(name),
  };
}

/** The columns of a field. A collection has none: it is stored in another table. */
export function columnsOf(field: EntityField): readonly string[] {
  // The cast: MikroORM's type does not show that these are optional.
  const { fieldNames, pivotEntity } = field as { fieldNames?: string[]; pivotEntity?: unknown };
  return pivotEntity ? [] : (fieldNames ?? []);
}

/** The value of a field; undefined when it is not loaded. */
export function valueOf(row: object, field: EntityField): unknown {
  return Reflect.get(row, field.name);
}

/** The primary key of a row. */
export function keyOf(row: object, meta: EntityMeta): string {
  return meta.primaryKeys.map((key) => String(Reflect.get(row, key))).join(', ');
}
