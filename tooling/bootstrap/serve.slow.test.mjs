import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { locateClone } from './clone.mjs';
import { serve } from './serve.mjs';
import { listenForStopRequests } from './stop-request.mjs';

/** Writes a file once the server runs, and keeps running. */
const RUN = `require('node:fs').writeFileSync('running', JSON.stringify(process.env)); setInterval(() => {}, 1_000);`;

test('the exit code is that of a server that ends by itself', async () => {
  const { end } = serving(`process.exit(7);`);
  expect(await end).toBe(7);
});

test.each([
  ['SIGKILL', /^The server was killed \(SIGKILL\): .* because no memory was left/],
  ['SIGSEGV', /^The server was ended by the signal SIGSEGV\./],
])('a server that ends by %s is a failure with a sentence', async (signal, sentence) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { end } = serving(`process.kill(process.pid, '${signal}');`);
  const code = await end;
  const lines = written.mock.calls.map(([text]) => String(text));
  written.mockRestore();
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringMatching(sentence)]);
});

test('SIGTERM is forwarded to the server, which finishes its work', async () => {
  const { world, end, signals, isRunning } = serving(`
    process.on('SIGTERM', () => { require('node:fs').writeFileSync('finished', ''); process.exit(0); });
    ${RUN}
  `);
  await isRunning();
  signals.emit('SIGTERM');
  expect(await end).toBe(0);
  expect(world.has('finished')).toBe(true);
});

test('Ctrl-C closes the channel and sends no second signal to the server', async () => {
  const { world, end, signals, isRunning } = serving(`
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => require('node:fs').writeFileSync('signalled', ''));
    process.on('disconnect', () => process.exit(0));
    ${RUN}
  `);
  await isRunning();
  signals.emit('SIGINT');
  expect(await end).toBe(0);
  expect(world.has('signalled')).toBe(false);
});

test('a server that missed the stop request gets a SIGTERM', async () => {
  const { end, signals, isRunning } = serving(RUN);
  await isRunning();
  signals.emit('SIGINT');
  expect(await end).toBe(0);
});

test('a second Ctrl-C kills a server that ignores signals', async () => {
  const { end, signals, isRunning, clock } = serving(`
    process.on('SIGTERM', () => {});
    ${RUN}
  `);
  await isRunning();
  signals.emit('SIGINT');
  clock.now += 1_000;
  signals.emit('SIGINT');
  expect(await end).toBe(130);
});

test('the server gets the environment and a compile cache', async () => {
  const { world, end, signals, isRunning } = serving(`process.on('SIGTERM', () => process.exit(0)); ${RUN}`, {
    PORT: '4321',
  });
  await isRunning();
  signals.emit('SIGTERM');
  await end;
  expect(JSON.parse(world.read('running'))).toMatchObject({
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
  const stop = listenForStopRequests({ signals, now: () => clock.now });
  const end = serve({ ...locateClone(world.root), node: process.execPath }, { stop, env });
  return {
    world,
    signals,
    clock,
    end,
    isRunning: () =>
      vi.waitUntil(() => world.has('running') && world.read('running') !== '', { timeout: 20_000 }),
  };
}
