import { MikroORM } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import { DatabaseError, type Engine } from '@latchkey/db';
import { commonOptions } from '@latchkey/db/connection';
import { findRevision } from './find-revision.ts';
import { driverOf } from './generate/schema-state.ts';
import { createJournal } from './migration-journal.ts';
import { collectStatements } from './migration-statements.ts';
import { lineageOf, requireOneHead } from './revision-order.ts';
import { readRevisions, type Revision } from './revisions.ts';
import { tableRebuiltBy } from './sqlite-restore-indexes.ts';

/**
 * What `upgrade`, or `downgrade`, would run, as a script to be read and run by somebody else, made without any server.
 * Twin of `flask db upgrade --sql` and `flask db downgrade --sql`.
 * @param range `A:B` for what leads from A to B (back, where A comes after B); `:B` and `B` from nothing, `A:` to the end
 * @throws DatabaseError `unknown_revision`; `not_offline` for a migration that asks the database or runs TypeScript on it
 */
export async function sqlScript(
  engine: Engine,
  { migrationsFolder, range = '' }: { migrationsFolder: string; range?: string },
): Promise<string> {
  const revisions = await readRevisions(engine, migrationsFolder);
  const [first = '', second, third] = range.split(':');
  if (third !== undefined) {
    throw new DatabaseError(
      'unknown_revision',
      `sql: found ${range}; expected two revisions with a colon between, like A:B.`,
    );
  }
  const [from, to] = second === undefined ? ['', first] : [first, second];
  if (to === '' || to === 'head') requireOneHead(revisions);
  const before = reach(revisions, from, 'base');
  const after = reach(revisions, to, 'head');
  const forth = revisions.filter(({ name }) => after.has(name) && !before.has(name));
  const back = revisions.filter(({ name }) => before.has(name) && !after.has(name)).reverse();

  const make = await offline(engine);
  const parts = [
    ...(await Promise.all(back.map((revision) => stepDown(make(revision), revision)))),
    ...(await Promise.all(forth.map((revision) => stepUp(make(revision), revision)))),
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

/** `upgrade` puts them back, which no script can: it does not know them. */
function warningOf(parts: readonly string[]): string[] {
  const statements = parts.flatMap((part) => part.split(/;\n/));
  const tables = [...new Set(statements.flatMap((statement) => tableRebuiltBy(statement) ?? []))];
  if (tables.length === 0) return [];
  return [
    `-- Made anew: ${tables.join(', ')}. Indexes and triggers that somebody made on them by hand go: make them again after this.\n` +
      '-- pnpm db upgrade keeps them.',
  ];
}

/** The names of what is there when a revision has run. */
function reach(
  revisions: readonly Revision[],
  text: string,
  whenLeftOut: 'base' | 'head',
): ReadonlySet<string> {
  const wanted = text === '' ? whenLeftOut : text;
  if (wanted === 'base') return new Set();
  if (wanted === 'head') return new Set(revisions.map(({ name }) => name));
  return lineageOf(revisions, findRevision(revisions, wanted).name);
}

/** MySQL ends its transaction at every change of the schema: to say otherwise would promise too much. */
const transactions: Record<Engine, { begin: string; commit: string }> = {
  sqlite: {
    begin: 'pragma foreign_keys = off;\nbegin immediate;',
    commit:
      '-- Whatever this lists refers to nothing: then say rollback in place of commit.\npragma foreign_key_check;\ncommit;\npragma foreign_keys = on;',
  },
  postgresql: { begin: 'begin;', commit: 'commit;' },
  mysql: { begin: '', commit: '' },
};

/** A migration that cannot reach any database. */
async function offline(engine: Engine): Promise<(revision: Revision) => Migration> {
  const orm = await MikroORM.init({
    ...commonOptions(engine),
    ...(await driverOf(engine)),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    dbName: 'offline',
  });
  return ({ name, migration: Class }) => {
    const migration = new Class(orm.em.getDriver() as never, orm.config);
    const refuse = (): never => {
      throw new DatabaseError(
        'not_offline',
        `${name} works on the data from TypeScript, which no script can do. Run it with: pnpm db upgrade`,
      );
    };
    return Object.assign(migration, { execute: refuse, getEntityManager: refuse });
  };
}

async function stepUp(migration: Migration, { name, checksum }: Revision): Promise<string> {
  const noted = [
    `insert into migrations (name, executed_at) values ('${name}', current_timestamp)`,
    `insert into migration_journal (name, checksum, direction, done, done_checksum) values ('${name}', '${checksum}', null, 0, null)`,
  ];
  return script(`${name}: up`, [...(await collectStatements(migration, 'up')), ...noted]);
}

async function stepDown(migration: Migration, { name }: Revision): Promise<string> {
  const noted = [
    `delete from migrations where name = '${name}'`,
    `delete from migration_journal where name = '${name}'`,
  ];
  return script(`${name}: down`, [...(await collectStatements(migration, 'down')), ...noted]);
}

const script = (title: string, statements: readonly string[]) =>
  `-- ${title}\n${statements.map((statement) => `${statement};`).join('\n')}`;

function tables(engine: Engine): string {
  return `-- What notes which migrations have run\n${createMigrations[engine]};\n${createJournal[engine]};`;
}

const createMigrations: Record<Engine, string> = {
  sqlite:
    'create table if not exists migrations (id integer not null primary key autoincrement, name text, executed_at datetime default current_timestamp)',
  postgresql:
    'create table if not exists migrations (id serial primary key, name varchar(255), executed_at timestamptz default current_timestamp)',
  mysql:
    'create table if not exists migrations (id int unsigned not null auto_increment primary key, name varchar(255), executed_at datetime default current_timestamp) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB',
};
