import { PostgreSqlSchemaHelper } from '@mikro-orm/sqlite';

/** Reads the schema of PostgreSQL. */
export class PostgresqlSchemaReader extends PostgreSqlSchemaHelper {
  /** A text of several lines, or with a backslash, is written with a type behind it as well, and in another way. */
  override normalizeDefaultValue(value: string, length: number): string | number {
    const [, escapes, text] = /^(E?)'((?:[^']|'')*)'::[\w ]+(?:\[\])?$/s.exec(value) ?? [];
    if (text === undefined || !(escapes || text.includes('\n'))) {
      return super.normalizeDefaultValue(value, length);
    }
    return `'${escapes ? text.replaceAll('\\\\', '\\') : text}'`;
  }
}
