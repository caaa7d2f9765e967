import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase, type OpenOptions } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';
import {
  planMigration,
  upgrade,
  writeMigration,
  type MigrationRequest,
  type PlannedMigration,
} from './index.ts';

/** The properties of an entity, as they stand in its file, and what else it has. */
export type Entities = Record<string, string | { properties: string; options: string }>;

/** A project that begins: entities and migrations in folders of their own, and a database on the engine under test. */
export type TemporaryProject = {
  readonly migrationsFolder: string;
  url: string;
  /** Writes the entities as they are from now on. @returns their folder */
  write(entities: Entities): Promise<string>;
  /** Plans and writes a migration for the entities as they are. */
  migrate(request?: Partial<MigrationRequest>): Promise<PlannedMigration>;
  /** Puts the migrations into another folder: a module is loaded once by its path, and may have been edited. */
  moveMigrations(): Promise<void>;
  /** The database, with the entities and migrations as they are now. It is closed with the project. */
  open(options?: Pick<OpenOptions, 'busyTimeoutMs'>): Promise<Database>;
  /** The same, brought up to date. */
  upgraded(): Promise<Database>;
  remove(): Promise<void>;
};

export async function temporaryProject(): Promise<TemporaryProject> {
  // Within the package: entities and migrations import MikroORM, which is found from here.
  const folder = join(import.meta.dirname, '../artifacts', `project-${randomUUID()}`);
  let migrationsFolder = join(folder, 'migrations');
  await mkdir(migrationsFolder, { recursive: true });
  const place = await temporaryDatabase();
  const opened: Database[] = [];
  let version = 0;
  let entitiesFolder = '';

  const project: TemporaryProject = {
    get migrationsFolder() {
      return migrationsFolder;
    },
    url: place.url,
    async write(entities) {
      // A module is loaded once: each version has a folder of its own.
      entitiesFolder = join(folder, `entities-${(version += 1)}`);
      await mkdir(entitiesFolder);
      for (const [name, properties] of Object.entries(entities)) {
        await writeFile(
          join(entitiesFolder, `${name.toLowerCase()}.ts`),
          entityFile(name, properties, entities),
        );
      }
      return entitiesFolder;
    },
    async migrate(request = {}) {
      const plan = await planMigration({ migrationsFolder, entitiesFolder, ...request });
      await writeMigration(plan);
      return plan;
    },
    async moveMigrations() {
      const elsewhere = `${migrationsFolder}-moved`;
      await rename(migrationsFolder, elsewhere);
      migrationsFolder = elsewhere;
    },
    async open(options = {}) {
      const database = await openDatabase(place.url, { entitiesFolder, migrationsFolder, ...options });
      opened.push(database);
      return database;
    },
    async upgraded() {
      const database = await project.open();
      await upgrade(database);
      return database;
    },
    async remove() {
      for (const database of opened) await database.close();
      await place.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return project;
}

function entityFile(name: string, entity: Entities[string], all: Entities): string {
  const { properties, options } = typeof entity === 'string' ? { properties: entity, options: '' } : entity;
  const others = Object.keys(all).filter((other) => other !== name && properties.includes(other));
  const imports = others.map((other) => `import { ${other} } from './${other.toLowerCase()}.ts';\n`).join('');
  return `import { defineEntity, p, sql } from '@mikro-orm/core';
${imports}
export const ${name} = defineEntity({
  name: '${name}',
  tableName: '${name.toLowerCase()}s',
  ${options}
  properties: {
    id: p.integer().primary(),
${properties}
  },
});
`;
}

/** Rows as SQL gives them. */
export function rowsOf(database: Database, sql: string): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql);
}

/** Statements, one after the other. */
export async function runSql(database: Database, ...statements: string[]): Promise<void> {
  for (const sql of statements) await database.orm.em.getConnection().execute(sql);
}
