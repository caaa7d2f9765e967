import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cutConnections, engineUnderTest, startProxy, type Proxy } from '@latchkey/db/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { problemOf } from './client.ts';
import { startTestApi, type TestApi } from './testing.ts';

// What people see of a database that does not answer for a while.

const problem = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => {
      const { reason, status } = problemOf(error);
      return { reason, status };
    },
  );

const unavailable = { reason: 'database_unavailable', status: 503 };

const health = async (world: TestApi, path: string) => (await fetch(new URL(path, world.url))).status;

if (engineUnderTest() === 'sqlite') {
  let world: TestApi;

  beforeEach(async () => {
    world = await startTestApi();
  });
  afterEach(() => world.stop());

  test('while another program has locked the file, reading goes on, writing is refused in the end, and all is well after it', async () => {
    const sam = await world.signedInAs('sam');
    const other = await lockedByAnother(world.database.place);

    const written = problem(sam.api.account.changeEmail.mutate({ email: 'sam@new.example' }));
    expect((await sam.api.auth.me.query())?.user.username).toBe('sam');
    expect(await health(world, '/readyz')).toBe(200);
    expect(await written).toEqual(unavailable);

    await other.letGo();
    await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
  });

  test('a file that is free again in time is written as if nothing had been', async () => {
    const other = await lockedByAnother(world.database.place);
    const signingIn = world.browser().api.auth.login.mutate({ username: 'sam', password: 'dog' });
    expect(await health(world, '/healthz')).toBe(200);
    await other.letGo();
    expect(await problem(signingIn)).toBeNull();
  });
} else {
  let world: TestApi;
  let proxy: Proxy;

  beforeEach(async () => {
    world = await startTestApi({}, undefined, async (url) => {
      proxy = await startProxy(url);
      return proxy.url;
    });
  });
  afterEach(async () => {
    await world.stop();
    await proxy.stop();
  });

  test('a database that is away is told as such, and its return needs no restart', async () => {
    const sam = await world.signedInAs('sam');
    await proxy.stop();
    expect(await problem(sam.api.auth.me.query())).toEqual(unavailable);
    const signIn = () => world.browser().api.auth.login.mutate({ username: 'sam', password: 'dog' });
    expect(await problem(signIn())).toEqual(unavailable);
    expect(await health(world, '/healthz')).toBe(200);
    expect(await health(world, '/readyz')).toBe(503);

    await proxy.startAgain();
    expect((await sam.api.auth.me.query())?.user.username).toBe('sam');
    expect(await problem(signIn())).toBeNull();
    expect(await health(world, '/readyz')).toBe(200);
  });

  test('connections that the server has cut are not noticed by anybody', async () => {
    const sam = await world.signedInAs('sam');
    await Promise.all(Array.from({ length: 10 }, () => sam.api.auth.me.query()));
    await cutConnections(world.databaseUrl);
    const found = await Promise.all(Array.from({ length: 10 }, () => sam.api.auth.me.query()));
    expect(found.every((me) => me?.user.username === 'sam')).toBe(true);
    await cutConnections(world.databaseUrl);
    expect(await problem(sam.api.account.changeEmail.mutate({ email: 'sam@new.example' }))).toBeNull();
  });
}

/** A lock is between processes: another one takes it. */
async function lockedByAnother(path: string): Promise<{ letGo(): Promise<void> }> {
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
    async letGo() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
