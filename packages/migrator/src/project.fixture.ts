import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase, type OpenOptions } from '@latchkey/db';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import {
  planMigration,
  upgrade,
  writeMigration,
  type MigrationRequest,
  type PlannedMigration,
} from './index.ts';

/** The source of each entity's properties, and of its other options. */
export type Entities = Record<string, string | { properties: string; options: string }>;

/** A new project: folders for entities and migrations, and a database on the engine under test. */
export type TemporaryProject = {
  readonly migrationsFolder: string;
  url: string;
  /** Replaces the entities. @returns their folder */
  write(entities: Entities): Promise<string>;
  /** Plans and writes a migration for the current entities. */
  migrate(request?: Partial<MigrationRequest>): Promise<PlannedMigration>;
  /** Moves the migrations to another folder, because Node caches an edited module by its path. */
  moveMigrations(): Promise<void>;
  /** Opens the database with the current entities and migrations. It is closed with the project. */
  open(options?: Pick<OpenOptions, 'busyTimeoutMs'>): Promise<Database>;
  /** Opens the database and applies all migrations. */
  upgraded(): Promise<Database>;
  remove(): Promise<void>;
};

export async function createTemporaryProject(): Promise<TemporaryProject> {
  // Within the package, so that entities and migrations can import MikroORM.
  const folder = join(import.meta.dirname, '../artifacts', `project-${randomUUID()}`);
  let migrationsFolder = join(folder, 'migrations');
  await mkdir(migrationsFolder, { recursive: true });
  const temporary = await createTemporaryDatabase();
  const opened: Database[] = [];
  let version = 0;
  let entitiesFolder = '';

  const project: TemporaryProject = {
    get migrationsFolder() {
      return migrationsFolder;
    },
    url: temporary.url,
    async write(entities) {
      // Node caches modules by path, so each version has its own folder.
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
      const moved = `${migrationsFolder}-moved`;
      await rename(migrationsFolder, moved);
      migrationsFolder = moved;
    },
    async open(options = {}) {
      const database = await openDatabase(temporary.url, { entitiesFolder, migrationsFolder, ...options });
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
      await temporary.remove();
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

/** The rows of a query. */
export function queryRows(database: Database, sql: string): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql);
}

/** Runs statements in sequence. */
export async function runSql(database: Database, ...statements: string[]): Promise<void> {
  for (const sql of statements) await database.orm.em.getConnection().execute(sql);
}
