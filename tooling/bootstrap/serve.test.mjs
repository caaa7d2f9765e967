import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { cloneAt } from './clone.mjs';
import { serve } from './serve.mjs';
import { listenForStop } from './stop.mjs';

/** It is up, and stays. */
const UP = `require('node:fs').writeFileSync('up', JSON.stringify(process.env)); setInterval(() => {}, 1_000);`;

test('ends with the exit code of a server that ends by itself', async () => {
  const { end } = serving(`process.exit(7);`);
  expect(await end).toBe(7);
});

test('a server that crashes is not a success', async () => {
  const { end } = serving(`process.kill(process.pid, 'SIGKILL');`);
  expect(await end).toBe(1);
});

test('asked to end by SIGTERM, it asks the server in the same way and waits for what that still has to do', async () => {
  const { world, end, signals, isUp } = serving(`
    process.on('SIGTERM', () => { require('node:fs').writeFileSync('drained', ''); process.exit(0); });
    ${UP}
  `);
  await isUp();
  signals.emit('SIGTERM');
  expect(await end).toBe(0);
  expect(world.has('drained')).toBe(true);
});

test('after Ctrl-C, which the server got itself, it is not sent a second signal: the channel closes', async () => {
  const { world, end, signals, isUp } = serving(`
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => require('node:fs').writeFileSync('signalled', ''));
    process.on('disconnect', () => process.exit(0));
    ${UP}
  `);
  await isUp();
  signals.emit('SIGINT');
  expect(await end).toBe(0);
  expect(world.has('signalled')).toBe(false);
});

test('a server that was too young to notice is asked again', async () => {
  const { end, signals, isUp } = serving(UP);
  await isUp();
  signals.emit('SIGINT');
  expect(await end).toBe(0);
});

test('a second Ctrl-C ends a server at once that does not want to', async () => {
  const { end, signals, isUp, clock } = serving(`
    process.on('SIGTERM', () => {});
    ${UP}
  `);
  await isUp();
  signals.emit('SIGINT');
  clock.now += 1_000;
  signals.emit('SIGINT');
  expect(await end).toBe(130);
});

test('the server gets the environment, and compiles once what it runs every time', async () => {
  const { world, end, signals, isUp } = serving(`process.on('SIGTERM', () => process.exit(0)); ${UP}`, {
    PORT: '4321',
  });
  await isUp();
  signals.emit('SIGTERM');
  await end;
  expect(JSON.parse(world.read('up'))).toMatchObject({
    PORT: '4321',
    NODE_COMPILE_CACHE: `${world.root}/.latchkey/compile-cache`,
  });
});

/**
 * @param {string} server its code
 * @param {Record<string, string>} [env]
 */
function serving(server, env = {}) {
  const world = bareClone();
  world.write('apps/web/src/server/main.ts', server);
  const signals = new EventEmitter();
  const clock = { now: 0 };
  const stop = listenForStop({ signals, now: () => clock.now });
  const end = serve({ ...cloneAt(world.root), node: process.execPath }, { stop, env });
  return {
    world,
    signals,
    clock,
    end,
    isUp: () => vi.waitUntil(() => world.has('up') && world.read('up') !== '', { timeout: 20_000 }),
  };
}
