import { types, type Type, type EntityMetadata, type EntityProperty, type Platform } from '@mikro-orm/core';
import type { Database, Engine } from '@latchkey/db';
import { isReference, keyProperty, storedProperties } from '@latchkey/db/sql';
import { valueCodec, type Kind, type ValueCodec } from './row-values.ts';

export type Column = ValueCodec & { readonly name: string; readonly kind: Kind };

/** Columns that refer to a row of another table, or of the same one. */
export type Reference = {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targetColumns: readonly string[];
};

/** A table of the application, from the metadata of its entities. */
export type Table = {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The names of the columns of its primary key. */
  readonly key: readonly string[];
  readonly references: readonly Reference[];
};

/** Returns all tables of the application, referenced tables first. */
export function listTables({ engine, orm }: Pick<Database, 'engine' | 'orm'>): Table[] {
  const platform = orm.em.getPlatform();
  const entities = [...orm.getMetadata().getAll().values()].filter(
    // Entities that share a table are represented by the root entity.
    (entity) =>
      entity.tableName && !entity.virtual && !entity.embeddable && !entity.abstract && entity.root === entity,
  );
  return sortByReferences(entities.map((entity) => tableOf(entity, engine, platform)));
}

function tableOf(entity: EntityMetadata, engine: Engine, platform: Platform): Table {
  const stored = storedProperties(entity);
  return {
    name: entity.tableName,
    columns: stored.flatMap((property) => columnsOf(property, engine, platform)),
    key: entity.getPrimaryProps().flatMap(({ fieldNames }) => fieldNames),
    references: stored
      .filter((property) => property.targetMeta && isReference(property))
      .map(({ fieldNames, targetMeta, referencedColumnNames }) => ({
        columns: fieldNames,
        table: targetMeta?.tableName ?? '',
        targetColumns: referencedColumnNames,
      })),
  };
}

function columnsOf(property: EntityProperty, engine: Engine, platform: Platform): Column[] {
  return property.fieldNames.map((name, index) => {
    const target = keyProperty(property, index);
    const kind = kindOf(target, property.columnTypes[index] ?? '');
    // The cast: `customType` is missing for most properties, which MikroORM's type does not show.
    const type = target.customType as Type<unknown> | undefined;
    const custom = type && !isBuiltIn(type) ? { type, platform } : undefined;
    return { name, kind, ...valueCodec(engine, kind, custom) };
  });
}

function kindOf({ runtimeType, customType }: EntityProperty, columnType: string): Kind {
  if (runtimeType === 'Date') return 'time';
  if (runtimeType === 'boolean') return 'boolean';
  if (runtimeType === 'Buffer' || runtimeType === 'Uint8Array') return 'bytes';
  if (runtimeType === 'bigint' || /^bigint|^int8/.test(columnType)) return 'bigint';
  if (/^(numeric|decimal)/.test(columnType)) return 'decimal';
  if (runtimeType === 'number') return 'number';
  const isText = runtimeType === 'string' || (runtimeType === 'unknown' && !(customType as unknown));
  return isText && !/^json/.test(columnType) ? 'text' : 'json';
}

/** Whether values of a type need no conversion beyond their kind. Arrays do, because engines store them differently. */
function isBuiltIn(type: Type<unknown>): boolean {
  const all: unknown[] = Object.values(types);
  const { constructor } = type;
  return all.includes(constructor) && constructor !== types.array && constructor !== types.enumArray;
}

/** Sorts tables by their references. Cycles are broken by name. */
function sortByReferences(tables: readonly Table[]): Table[] {
  const waiting = tables.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ordered: Table[] = [];
  const isWaitingFor = (table: Table) =>
    table.references.some(
      (reference) => reference.table !== table.name && waiting.some(({ name }) => name === reference.table),
    );
  while (waiting.length > 0) {
    const next = Math.max(
      0,
      waiting.findIndex((table) => !isWaitingFor(table)),
    );
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}
