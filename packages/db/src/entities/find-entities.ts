import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EntitySchema } from '@mikro-orm/core';

/** Finds every entity of the application: all that the files of a folder export. A new file needs no registration. */
export async function findEntities(folder = import.meta.dirname): Promise<EntitySchema[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const entities = new Set<EntitySchema>();
  for (const file of files.sort()) {
    // As a URL, because `import` interprets a `#` or `%20` in the path of the clone.
    const { href } = pathToFileURL(join(folder, file));
    const module = (await import(href)) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      // The cast: the type of the entity's rows is not needed here.
      if (exported instanceof EntitySchema) entities.add(exported as EntitySchema);
    }
  }
  return [...entities];
}
