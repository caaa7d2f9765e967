import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EntitySchema } from '@mikro-orm/core';
import type { Factory } from './factory.ts';

/**
 * Every factory: what the files of the folder `factories` export. A file put there is found, and is named nowhere else.
 */
export async function findFactories(): Promise<ReadonlyMap<EntitySchema, Factory>> {
  const folder = join(import.meta.dirname, 'factories');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const factories = new Map<EntitySchema, Factory>();
  for (const file of files.sort()) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      if (isFactory(exported)) factories.set(exported.entity, exported);
    }
  }
  return factories;
}

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'object' && value !== null && 'entity' in value && value.entity instanceof EntitySchema;
