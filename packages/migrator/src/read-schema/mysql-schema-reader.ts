import {
  MySqlSchemaHelper,
  type AbstractSqlConnection,
  type AbstractSqlPlatform,
  type DatabaseSchema,
  type DatabaseTable,
  type Dictionary,
  type Table,
  type Transaction,
} from '@mikro-orm/sqlite';
import { textLiteral, unescapeLiteral } from './sql-literals.ts';

/**
 * Reads the schemas of MySQL and MariaDB in MySQL's form. MariaDB stores defaults as expressions (`NULL`, `'user'`) instead of
 * values (none, `user`), and JSON as a text with a check, so a comparison would find differences (MariaDB, "Information Schema
 * COLUMNS Table", "JSON Data Type").
 */
export class MysqlSchemaReader extends MySqlSchemaHelper {
  readonly #isMariadb: boolean;

  constructor(platform: AbstractSqlPlatform, isMariadb: boolean) {
    super(platform);
    this.#isMariadb = isMariadb;
  }

  override async loadInformationSchema(
    schema: DatabaseSchema,
    connection: AbstractSqlConnection,
    tables: Table[],
    _schemas?: string[],
    transaction?: Transaction,
  ): Promise<void> {
    await super.loadInformationSchema(schema, connection, tables, undefined, transaction);
    if (this.#isMariadb) for (const table of schema.getTables()) this.#readJson(table);
  }

  /** MikroORM's method does not support commas and quotes in values. */
  override async getAllEnumDefinitions(
    connection: AbstractSqlConnection,
    tables: Table[],
    transaction?: Transaction,
  ): Promise<Dictionary<Dictionary<string[]>>> {
    const columns = await this.getAllColumns(connection, tables, transaction);
    return Object.fromEntries(
      Object.entries(columns).map(([table, those]) => [
        table,
        Object.fromEntries(
          those.filter(({ type }) => /^enum\(/i.test(type)).map(({ name, type }) => [name, valuesIn(type)]),
        ),
      ]),
    );
  }

  protected override wrap(
    found: string | null | undefined,
    type: Parameters<MySqlSchemaHelper['wrap']>[1],
  ): string | null | undefined {
    const value = this.#isMariadb ? valueOf(found) : found;
    const isText = super.wrap('text', type) !== 'text';
    return isText && value ? textLiteral(value, 'mysql') : value;
  }

  #readJson(table: DatabaseTable): void {
    const checks = table.getChecks();
    for (const { expression } of checks) {
      const column = table.getColumn(jsonColumnOf(expression) ?? '');
      if (column?.type !== 'longtext') continue;
      column.type = 'json';
      column.mappedType = this.platform.getMappedType('json');
      delete column.collation;
    }
    table.setChecks(checks.filter(({ expression }) => jsonColumnOf(expression) === undefined));
  }
}

const jsonColumnOf = (expression: unknown): string | undefined =>
  typeof expression === 'string' ? /^json_valid\(`([^`]+)`\)$/.exec(expression)?.[1] : undefined;

const valuesIn = (type: string): string[] =>
  [...type.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, literal = '']) => unescapeLiteral(literal));

/** The value of a default's expression. Calls and numbers are returned unchanged. */
export function valueOf(expression: string | null | undefined): string | null | undefined {
  if (expression === 'NULL') return null;
  const [, literal] = /^'(.*)'$/s.exec(expression ?? '') ?? [];
  return literal === undefined ? expression : unescapeLiteral(literal);
}
