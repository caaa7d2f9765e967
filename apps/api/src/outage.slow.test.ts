import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  canMount,
  engineUnderTest,
  mountSmallDisk,
  type Proxy,
  startProxy,
  terminateConnections,
} from '@latchkey/db/testing';
import { describe, expect, onTestFinished } from 'vitest';
import type { Application } from './application.ts';
import { reasonOf, refusalOf, startTestApi, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// The API's responses while its database is locked or unreachable.

const unavailable = { reason: 'database_unavailable', status: 503 };

const health = async (world: TestApi, path: string) => (await fetch(new URL(path, world.url))).status;

if (engineUnderTest() === 'sqlite') {
  describe('a SQLite file', () => {
    test('that was moved is an outage until it is back [T34]', async ({ world }) => {
      const sam = await world.signedInAs('sam');
      const path = world.database.location;
      renameSync(path, `${path}.moved`);
      expect(await refusalOf(sam.api.account.changeEmail.mutate({ email: 'sam@new.example' }))).toMatchObject(
        unavailable,
      );
      expect(await refusalOf(world.signIn('sam'))).toMatchObject(unavailable);
      expect(await health(world, '/readyz')).toBe(503);
      expect(await health(world, '/healthz')).toBe(200);

      renameSync(`${path}.moved`, path);
      expect(await health(world, '/readyz')).toBe(200);
      await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
      expect((await sam.api.account.profile.query()).newEmail).toBe('sam@new.example');
    });

    test('that was replaced is an outage until the restart [T34]', async ({ world }) => {
      const path = world.database.location;
      copyFileSync(path, `${path}.other`);
      renameSync(`${path}.other`, path);
      expect(await refusalOf(world.signIn('sam'))).toMatchObject(unavailable);
      expect(await health(world, '/readyz')).toBe(503);
    });

    if (canMount())
      test('on a full disk is an outage until there is space [T34]', async ({ start }) => {
        const disk = mountSmallDisk();
        onTestFinished(() => {
          disk.unmount();
        });
        const world = await start({}, undefined, (url) => {
          copyFileSync(url.slice('sqlite:'.length), join(disk.folder, 'app.db'));
          return Promise.resolve(`sqlite:${join(disk.folder, 'app.db')}`);
        });
        expect(await reasonOf(world.signIn('sam'))).toBeNull();
        disk.fill();
        const reasons = [];
        for (let i = 0; i < 30; i++) reasons.push(await reasonOf(world.signIn('sam')));
        expect(reasons.at(-1)).toMatch(/^(?:database_unavailable|outcome_unknown)$/);
        expect(reasons).not.toContain('unforeseen');
        expect(await health(world, '/readyz')).toBe(503);

        disk.empty();
        expect(await health(world, '/readyz')).toBe(200);
        expect(await reasonOf(world.signIn('sam'))).toBeNull();
      });
  });

  describe('a locked SQLite file', () => {
    test('can be read; writing is refused until it is released [T34]', async ({ world }) => {
      const sam = await world.signedInAs('sam');
      const lock = await lockInAnotherProcess(world.database.location);

      const written = refusalOf(sam.api.account.changeEmail.mutate({ email: 'sam@new.example' }));
      expect(await sam.whoAmI()).toBe('sam');
      expect(await health(world, '/readyz')).toBe(200);
      expect(await written).toMatchObject(unavailable);

      await lock.release();
      await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
      expect((await sam.api.account.profile.query()).newEmail).toBe('sam@new.example');
    });

    test('that is released in time delays a request without an error [T34]', async ({ world }) => {
      const lock = await lockInAnotherProcess(world.database.location);
      const signingIn = reasonOf(world.signIn('sam'));
      expect(await health(world, '/healthz')).toBe(200);
      await lock.release();
      expect(await signingIn).toBeNull();
    });
  });
} else {
  describe('a database server', () => {
    test('that is unreachable means 503, and its return needs no restart [T34]', async ({ start }) => {
      const { world, proxy } = await startBehindProxy(start);
      const sam = await world.signedInAs('sam');
      await proxy.stop();
      expect(await refusalOf(sam.whoAmI())).toMatchObject(unavailable);
      expect(await refusalOf(world.signIn('sam'))).toMatchObject(unavailable);
      expect(await health(world, '/healthz')).toBe(200);
      expect(await health(world, '/readyz')).toBe(503);

      await proxy.restart();
      expect(await sam.whoAmI()).toBe('sam');
      expect(await reasonOf(world.signIn('sam'))).toBeNull();
      expect(await health(world, '/readyz')).toBe(200);
    });

    test('that never answers means 503 for every request, until it answers [T34]', async ({ start }) => {
      const { world, proxy } = await startBehindProxy(start);
      const sam = await world.signedInAs('sam');
      await Promise.all(Array.from({ length: 10 }, () => sam.whoAmI()));
      proxy.swallow();
      proxy.loseConnections();

      const headers = { cookie: sam.cookies.header() };
      const requests = [
        ...Array.from({ length: 15 }, () => fetch(`${world.url}/trpc/auth.me`, { headers })),
        ...Array.from({ length: 15 }, () => world.post('auth.login', { username: 'sam', password: 'dog' })),
      ];
      const ready = health(world, '/readyz');
      const answers = await Promise.all(requests);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      expect(new Set(answers.map(({ headers: sent }) => sent.get('retry-after')))).toEqual(new Set(['5']));
      expect(await ready).toBe(503);
      expect(await health(world, '/healthz')).toBe(200);

      proxy.forward();
      // Connections that were being opened meanwhile get no answer any more, and have to reach their own time limit.
      await expect.poll(() => health(world, '/readyz'), { timeout: 20_000 }).toBe(200);
      const after = await Promise.all(Array.from({ length: 15 }, () => sam.whoAmI()));
      expect(new Set(after)).toEqual(new Set(['sam']));
      expect(await reasonOf(world.signIn('sam'))).toBeNull();
    });

    test('that may have made a change before it fell silent is reported as that', async ({ start }) => {
      const { world, proxy } = await startBehindProxy(start, {
        on: {
          // The account exists, and its session does not yet.
          registered() {
            proxy.swallow();
          },
        },
      });
      const form = { username: 'vera', email: 'vera@example.org', password: 'velvet otter juggles lemons' };
      expect(await refusalOf(world.browser().api.auth.register.mutate(form))).toMatchObject({
        reason: 'outcome_unknown',
        status: 503,
      });
    });

    test('that closes connections fails no request [T34]', async ({ start }) => {
      const { world } = await startBehindProxy(start);
      const sam = await world.signedInAs('sam');
      const callTenTimes = () => Promise.all(Array.from({ length: 10 }, () => sam.whoAmI()));
      await callTenTimes();
      await terminateConnections(world.databaseUrl);
      expect(new Set(await callTenTimes())).toEqual(new Set(['sam']));
      await terminateConnections(world.databaseUrl);
      expect(await reasonOf(sam.api.account.changeEmail.mutate({ email: 'sam@new.example' }))).toBeNull();
    });
  });
}

/** Starts the API with a proxy between it and its database. */
async function startBehindProxy(start: typeof startTestApi, application?: Application) {
  const proxies: Proxy[] = [];
  const world = await start({}, application, async (url) => {
    const proxy = await startProxy(url);
    proxies.push(proxy);
    return proxy.url;
  });
  const [proxy] = proxies;
  if (!proxy) throw new Error('The API has not opened its database.');
  onTestFinished(() => proxy.stop());
  return { world, proxy };
}

/** SQLite's locks exclude other processes, so another process holds this one. */
async function lockInAnotherProcess(path: string): Promise<{ release(): Promise<void> }> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('begin immediate');
    console.log('locked');
    process.stdin.once('end', () => database.close()).resume();
  `;
  const child = spawn(process.execPath, ['--eval', program, path], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return {
    async release() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
