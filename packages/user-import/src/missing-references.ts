import { helper } from '@mikro-orm/core';
import { type Database, User } from '@latchkey/db';
import { isReference, pathOf, storedProperties, valueAt } from '@latchkey/db/sql';
import type { ImportRow } from './import-row.ts';

type RejectRows = (batch: readonly ImportRow[]) => Promise<readonly ImportRow[]>;

/** Returns a function that rejects the rows which refer to a missing row, by a reference that was added to `User`. */
export function rejectMissingReferences(database: Database): RejectRows {
  const meta = database.orm.getMetadata().get<object>(User.meta.class);
  const references = storedProperties(meta).flatMap((property) => {
    const { targetMeta: target, fieldNames } = property;
    return isReference(property) && target
      ? [{ name: fieldNames.join(', '), path: pathOf(meta, property), target }]
      : [];
  });

  return async (batch) => {
    let rows = batch;
    for (const { name, path, target } of references) {
      const keyIn = ({ user }: ImportRow): unknown => (user && valueAt(user, path)) ?? null;
      const keys = rows.map(keyIn).filter((key) => key !== null);
      if (keys.length === 0) continue;
      const found = await database.em().find(target.class, keys, { disableIdentityMap: true });
      const known = new Set(found.map((row) => format(helper(row).getPrimaryKeys())));
      rows = rows.map((row): ImportRow => {
        const key = keyIn(row);
        if (!row.user || key === null || known.has(format(key))) return row;
        const problem = `${name} refers to a row that is missing in ${target.tableName}`;
        return { line: row.line, who: row.user.username, problem };
      });
    }
    return rows;
  };
}

/** A key as text: the values of its columns. */
const format = (key: unknown): string => (Array.isArray(key) ? key : [key]).map(String).join(', ');
