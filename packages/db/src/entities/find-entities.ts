import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EntitySchema } from '@mikro-orm/core';

/**
 * Every table of the application: what the files of this folder export. A file put here is found, and is named nowhere
 * else.
 */
export async function findEntities(folder = import.meta.dirname): Promise<EntitySchema[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const entities = new Set<EntitySchema>();
  for (const file of files.sort()) {
    // As a URL: a `#` or a `%20` in the clone's own path would be read as a part of one.
    const { href } = pathToFileURL(join(folder, file));
    const module = (await import(href)) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      // The cast: which entity it is does not matter here.
      if (exported instanceof EntitySchema) entities.add(exported as EntitySchema);
    }
  }
  return [...entities];
}
