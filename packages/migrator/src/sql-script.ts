import { MikroORM } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import { DatabaseError, type Engine } from '@latchkey/db';
import { commonOptions } from '@latchkey/db/connection';
import { findRevision } from './find-revision.ts';
import { loadDriver } from './generate/schema-state.ts';
import { createJournal } from './migration-journal.ts';
import { collectStatements } from './migration-statements.ts';
import { findLineage, requireOneHead } from './revision-order.ts';
import { readRevisions, type Revision } from './revisions.ts';
import { findRebuiltTable } from './sqlite-restore-indexes.ts';

/**
 * Returns the statements of `upgrade` or `downgrade` as a script. Needs no server.
 * Equivalent of `flask db upgrade --sql` and `flask db downgrade --sql`.
 * @param range `A:B` from A to B (a downgrade if A is newer); `:B` or `B` from an empty database; `A:` to the head
 * @throws DatabaseError `unknown_revision`; `not_offline` for a migration that reads or writes data from TypeScript, except for reading rows of an empty database
 */
export async function sqlScript(
  engine: Engine,
  { migrationsFolder, range = '' }: { migrationsFolder: string; range?: string },
): Promise<string> {
  const revisions = await readRevisions(engine, migrationsFolder);
  const [first = '', second, third] = range.split(':');
  if (third !== undefined) {
    throw new DatabaseError('unknown_revision', `sql: found ${range}; expected two revisions like A:B.`);
  }
  const [from, to] = second === undefined ? ['', first] : [first, second];
  if (to === '' || to === 'head') requireOneHead(revisions);
  const before = appliedAt(revisions, from, 'base');
  const after = appliedAt(revisions, to, 'head');
  const toApply = revisions.filter(({ name }) => after.has(name) && !before.has(name));
  const toRevert = revisions.filter(({ name }) => before.has(name) && !after.has(name)).reverse();

  const createMigration = await offline(engine, before.size === 0);
  const parts = [
    ...(await Promise.all(toRevert.map((revision) => stepDown(createMigration(revision), revision)))),
    ...(await Promise.all(toApply.map((revision) => stepUp(createMigration(revision), revision)))),
  ];
  const { begin, commit } = transactions[engine];
  return (
    [
      ...(engine === 'sqlite' ? warningOf(parts) : []),
      begin,
      ...(before.size === 0 ? [tables(engine)] : []),
      ...parts,
      commit,
    ]
      .filter(Boolean)
      .join('\n\n') + '\n'
  );
}

/** `upgrade` restores these indexes and triggers. A script cannot, because they differ between databases. */
function warningOf(parts: readonly string[]): string[] {
  const statements = parts.flatMap((part) => part.split(/;\n/));
  const tables = [...new Set(statements.flatMap((statement) => findRebuiltTable(statement) ?? []))];
  if (tables.length === 0) return [];
  return [
    `-- Rebuilt: ${tables.join(', ')}. Indexes and triggers that no migration created are dropped: create them again afterwards.\n` +
      '-- pnpm db upgrade restores them.',
  ];
}

/** The revisions that are applied once the given one is. */
function appliedAt(
  revisions: readonly Revision[],
  text: string,
  defaultRevision: 'base' | 'head',
): ReadonlySet<string> {
  const name = text === '' ? defaultRevision : text;
  if (name === 'base') return new Set();
  if (name === 'head') return new Set(revisions.map((revision) => revision.name));
  return findLineage(revisions, findRevision(revisions, name).name);
}

/** None on MySQL, which commits at every change of the schema. */
const transactions: Record<Engine, { begin: string; commit: string }> = {
  sqlite: {
    begin: 'pragma foreign_keys = off;\nbegin immediate;',
    commit:
      '-- If this lists rows, their foreign keys are violated: run rollback instead of commit.\npragma foreign_key_check;\ncommit;\npragma foreign_keys = on;',
  },
  postgresql: { begin: 'begin;', commit: 'commit;' },
  mysql: { begin: '', commit: '' },
};

/**
 * Creates migrations without a connection to a database.
 * @param isEmpty whether the script is for an empty database, in which a migration finds no rows
 */
async function offline(engine: Engine, isEmpty: boolean): Promise<(revision: Revision) => Migration> {
  const orm = await MikroORM.init({
    ...commonOptions(engine),
    ...(await loadDriver(engine)),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    dbName: 'offline',
  });
  return ({ name, migration: Class }) => {
    const migration = new Class(orm.em.getDriver() as never, orm.config);
    const refuse = (): never => {
      throw new DatabaseError(
        'not_offline',
        `${name} reads or writes data from TypeScript, which a script cannot do. Run it with: pnpm db upgrade`,
      );
    };
    const execute = (sql: unknown) =>
      isEmpty && typeof sql === 'string' && isSelectOfRows(sql) ? Promise.resolve([]) : refuse();
    return Object.assign(migration, { execute, getEntityManager: refuse });
  };
}

/** A query that finds nothing in an empty table. An aggregate would find a row. */
const isSelectOfRows = (sql: string) =>
  /^\s*select\b/i.test(sql) && !/\b(?:count|sum|min|max|avg)\s*\(/i.test(sql);

async function stepUp(migration: Migration, { name, checksum }: Revision): Promise<string> {
  const records = [
    `insert into migrations (name, executed_at) values ('${name}', current_timestamp)`,
    `insert into migration_journal (name, checksum, direction, done, done_checksum) values ('${name}', '${checksum}', null, 0, null)`,
  ];
  return script(`${name}: up`, [...(await collectStatements(migration, 'up')), ...records]);
}

async function stepDown(migration: Migration, { name }: Revision): Promise<string> {
  const records = [
    `delete from migrations where name = '${name}'`,
    `delete from migration_journal where name = '${name}'`,
  ];
  return script(`${name}: down`, [...(await collectStatements(migration, 'down')), ...records]);
}

const script = (title: string, statements: readonly string[]) =>
  `-- ${title}\n${statements.map((statement) => `${statement};`).join('\n')}`;

function tables(engine: Engine): string {
  return `-- Tables that record the applied migrations\n${createMigrations[engine]};\n${createJournal[engine]};`;
}

const createMigrations: Record<Engine, string> = {
  sqlite:
    'create table if not exists migrations (id integer not null primary key autoincrement, name text, executed_at datetime default current_timestamp)',
  postgresql:
    'create table if not exists migrations (id serial primary key, name varchar(255), executed_at timestamptz default current_timestamp)',
  mysql:
    'create table if not exists migrations (id int unsigned not null auto_increment primary key, name varchar(255), executed_at datetime default current_timestamp) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB',
};
