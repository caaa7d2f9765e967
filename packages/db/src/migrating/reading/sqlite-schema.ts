import {
  SqliteSchemaHelper,
  type AbstractSqlConnection,
  type CheckDef,
  type DatabaseSchema,
  type DatabaseTable,
  type Table,
  type Transaction,
} from '@mikro-orm/sqlite';
import { sqliteChecks } from './sqlite-checks.ts';

/** Reads the schema of SQLite, which knows of a check only the text of the statement that made the table. */
export class SqliteSchemaReader extends SqliteSchemaHelper {
  override async loadInformationSchema(
    schema: DatabaseSchema,
    connection: AbstractSqlConnection,
    tables: Table[],
    schemas?: string[],
    transaction?: Transaction,
  ): Promise<void> {
    await super.loadInformationSchema(schema, connection, tables, schemas, transaction);
    for (const table of schema.getTables()) {
      const sql = "select sql from sqlite_master where type = 'table' and name = ?";
      const row = await connection.execute<{ sql: string }>(sql, [table.name], 'get', transaction);
      this.#readChecks(table, row.sql);
    }
  }

  #readChecks(table: DatabaseTable, sql: string): void {
    const naming = this.platform.getConfig().getNamingStrategy();
    const checks = sqliteChecks(sql).map(({ name, column, expression }): CheckDef => {
      const definition = `check (${expression})`;
      if (column === null) return { name: name ?? '', expression, definition };
      return {
        name: name ?? naming.indexName(table.name, [column], 'check'),
        expression,
        definition,
        columnName: column,
      };
    });
    table.setChecks(checks);

    for (const column of table.getColumns()) {
      const own = checks.filter(({ columnName }) => columnName === column.name);
      if (isWorkedOut(column.default)) column.default = `(${column.default})`;
      column.enumItems = own.flatMap(({ expression }) => valuesIn(String(expression)));
    }
  }
}

/** SQLite gives a default without the parentheses around it; MikroORM puts them back where it begins with a name. */
const isWorkedOut = (value: string | null | undefined): value is string =>
  /^[-\d']/.test(value ?? '') && !/^(?:-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|'(?:[^']|'')*')$/i.test(value ?? '');

/** Of a check that says nothing but which texts there may be: `kind in ('red', 'blue')`. */
function valuesIn(expression: string): string[] {
  const [, list] = /^[\w"`]+ in \(((?:'(?:[^']|'')*'|[\s,])*)\)$/is.exec(expression) ?? [];
  return [...(list ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
}
