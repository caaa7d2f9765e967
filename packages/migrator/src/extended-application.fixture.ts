import { randomUUID } from 'node:crypto';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultMigrationsFolder } from '@latchkey/db';
import { planMigration } from './generate/plan-migration.ts';
import { writeMigration } from './generate/write-migration.ts';

/** The application with further entities and columns, and a migration for them. */
export type ExtendedApplication = {
  /** For `openDatabase()`. */
  folders: { entitiesFolder: string; migrationsFolder: string };
  remove(): Promise<void>;
};

/**
 * Extends the application in folders of its own.
 * @param source the extension as TypeScript, like `User.addProperty(…)`; `User`, `defineEntity` and `p` are imported
 */
export async function extendApplication(source: string): Promise<ExtendedApplication> {
  // In this package, where the entities and the migrations find MikroORM.
  const folder = join(import.meta.dirname, '../artifacts', `extended-${randomUUID()}`);
  const folders = { entitiesFolder: join(folder, 'entities'), migrationsFolder: join(folder, 'migrations') };
  await mkdir(folders.entitiesFolder, { recursive: true });
  await cp(defaultMigrationsFolder, folders.migrationsFolder, { recursive: true });
  await writeFile(
    join(folders.entitiesFolder, 'all.ts'),
    `import { defineEntity, p } from '@mikro-orm/core';
import { User } from '@latchkey/db';
export * from '@latchkey/db/entities/index.ts';
${source}
`,
  );
  await writeMigration(await planMigration({ ...folders, message: 'extension' }));
  return { folders, remove: () => rm(folder, { recursive: true, force: true }) };
}
