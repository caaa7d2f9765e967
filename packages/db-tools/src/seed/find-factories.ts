import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EntitySchema } from '@mikro-orm/core';
import type { Factory } from './factory.ts';

/** Finds every factory: all that the files of the folder `factories` export. A new file needs no registration. */
export async function findFactories(
  folder = join(import.meta.dirname, 'factories'),
): Promise<ReadonlyMap<EntitySchema, Factory>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const factories = new Map<EntitySchema, Factory>();
  for (const file of files.sort()) {
    // As a URL, because `import` interprets a `#` or `%20` in the path of the clone.
    const { href } = pathToFileURL(join(folder, file));
    const module = (await import(href)) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      if (isFactory(exported)) factories.set(exported.entity, exported);
    }
  }
  return factories;
}

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'object' && value !== null && 'entity' in value && value.entity instanceof EntitySchema;
