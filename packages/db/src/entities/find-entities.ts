import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EntitySchema } from '@mikro-orm/core';

/**
 * Every table of the application: what the files of this folder export. A file put here is found, and is named nowhere
 * else.
 */
export async function findEntities(folder = import.meta.dirname): Promise<EntitySchema[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const entities = new Set<EntitySchema>();
  for (const file of files.sort()) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      // The cast: which entity it is does not matter here.
      if (exported instanceof EntitySchema) entities.add(exported as EntitySchema);
    }
  }
  return [...entities];
}
