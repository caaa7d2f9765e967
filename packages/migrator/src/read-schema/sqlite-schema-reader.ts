import {
  SqliteSchemaHelper,
  type AbstractSqlConnection,
  type CheckDef,
  type DatabaseSchema,
  type DatabaseTable,
  type ForeignKey,
  type Table,
  type Transaction,
} from '@mikro-orm/sqlite';
import { sqliteChecks } from './sqlite-checks.ts';

type ReferenceRow = {
  id: number;
  parent: string;
  child: string;
  target: string;
  on_update: string;
  on_delete: string;
};

/** Reads the schema of SQLite, which has checks only in the text of the `create table` statement. */
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
      await this.#readForeignKeys(table, connection, transaction);
    }
  }

  /** MikroORM reads a composite foreign key as several keys. */
  async #readForeignKeys(
    table: DatabaseTable,
    connection: AbstractSqlConnection,
    transaction?: Transaction,
  ): Promise<void> {
    const rows = await connection.execute<ReferenceRow[]>(
      'select id, "table" as parent, "from" as child, "to" as target, on_update, on_delete from pragma_foreign_key_list(?) order by id, seq',
      [table.name],
      'all',
      transaction,
    );
    const keys = Map.groupBy(rows, ({ id }) => id);
    const single = Object.entries(table.getForeignKeys()).filter(([, { columnNames }]) =>
      [...keys.values()].some((key) => key.length === 1 && key[0]?.child === columnNames[0]),
    );
    const composite = [...keys.values()]
      .filter((key) => key.length > 1)
      .map((key): [string, ForeignKey] => {
        const columnNames = key.map(({ child }) => child);
        const constraintName = this.platform.getIndexName(table.name, columnNames, 'foreign');
        return [
          constraintName,
          {
            constraintName,
            columnNames,
            localTableName: table.name,
            referencedTableName: key[0]?.parent ?? '',
            referencedColumnNames: key.map(({ target }) => target),
            ...(key[0] && {
              updateRule: key[0].on_update.toLowerCase(),
              deleteRule: key[0].on_delete.toLowerCase(),
            }),
          },
        ];
      });
    table.setForeignKeys(Object.fromEntries([...single, ...composite]));
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
  }
}
