import { test as base } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

/**
 * `test` with the API: `world` is new for each test, `sharedWorld` is shared by the tests of a file, and `start` starts
 * another one with other settings. All of them are stopped automatically.
 */
export const test = base
  .extend('start', async ({}, { onCleanup }) => {
    const started: TestApi[] = [];
    onCleanup(async () => {
      for (const world of started) await world.stop();
    });
    return async (...parameters: Parameters<typeof startTestApi>) => {
      const world = await startTestApi(...parameters);
      started.push(world);
      return world;
    };
  })
  .extend('world', ({ start }) => start())
  .extend('sharedWorld', { scope: 'file' }, async ({}, { onCleanup }) => {
    const world = await startTestApi();
    onCleanup(() => world.stop());
    return world;
  });
