import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSmtpTransport, startOutbox, type Mail, type OutboxStore } from './index.ts';
import { retryDelayMs } from './retry-delay.ts';
import { startSmtpServer, type TestSmtpServer } from './testing.ts';

const mail: Mail = { to: 'susan@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
const hourMs = 3_600_000;

let server: TestSmtpServer;
let now: Date;
beforeEach(async () => {
  now = new Date(0);
  server = await startSmtpServer();
});
afterEach(() => server.stop());

type Row = { id: string; job: Mail; attempts: number; createdAt: Date; dueAt: Date | null; problem?: string };

/** The outbox table in memory. */
function memoryStore(...jobs: Mail[]) {
  const rows = new Map<string, Row>();
  const add = (job: Mail) => {
    const id = String(rows.size + 1);
    rows.set(id, { id, job, attempts: 0, createdAt: new Date(0), dueAt: new Date(0) });
  };
  jobs.forEach(add);
  const change = (id: string, changes: Partial<Row>) => {
    const row = rows.get(id);
    if (row) rows.set(id, { ...row, ...changes });
    return Promise.resolve();
  };
  const store: OutboxStore<Mail> = {
    claim(at, leaseMs) {
      const due = [...rows.values()].find(({ dueAt }) => dueAt && dueAt <= at);
      if (!due) return Promise.resolve(null);
      const claimed = { ...due, attempts: due.attempts + 1, dueAt: new Date(at.getTime() + leaseMs) };
      rows.set(due.id, claimed);
      return Promise.resolve(claimed);
    },
    done(id) {
      rows.delete(id);
      return Promise.resolve();
    },
    retryAt: (id, at, problem) => change(id, { dueAt: at, problem }),
    giveUp: (id, problem) => change(id, { dueAt: null, problem }),
  };
  return { store, rows, add };
}

const startWith = (
  store: OutboxStore<Mail>,
  render = (job: Mail): Promise<Mail | null> => Promise.resolve(job),
) =>
  startOutbox({
    store,
    render,
    transport: createSmtpTransport({
      url: server.url,
      from: 'Latchkey <no-reply@example.com>',
      hostname: 'login.example.com',
    }),
    log: { warn: () => undefined, error: () => undefined },
    now: () => now,
  });

test('two workers send each due mail once', async () => {
  const jobs = Array.from({ length: 10 }, (_, i) => ({ ...mail, subject: `Number ${i}` }));
  const { store, rows } = memoryStore(...jobs);
  const [first, second] = [startWith(store), startWith(store)];
  await Promise.all([first.idle(), second.idle()]);
  await Promise.all([first.stop(), second.stop()]);
  expect(server.mails.map(({ subject }) => subject).toSorted()).toEqual(jobs.map(({ subject }) => subject));
  expect(rows.size).toBe(0);
});

test('wake() sends a mail that was added later', async () => {
  const { store, add } = memoryStore();
  const outbox = startWith(store);
  await outbox.idle();
  add(mail);
  outbox.wake();
  expect((await server.received()).subject).toBe(mail.subject);
  await outbox.stop();
});

test('a failed mail is retried when its delay has passed [T34]', async () => {
  const { store, rows } = memoryStore(mail);
  server.answerWith(451);
  const outbox = startWith(store);
  await outbox.idle();
  expect(rows.get('1')).toMatchObject({ attempts: 1, dueAt: new Date(retryDelayMs(1)) });
  outbox.wake();
  await outbox.idle();
  expect(rows.get('1')?.attempts, 'not due yet').toBe(1);

  server.answerWith(null);
  now = new Date(retryDelayMs(1));
  outbox.wake();
  expect((await server.received()).to).toEqual([mail.to]);
  await outbox.idle();
  expect(rows.size).toBe(0);
  await outbox.stop();
});

test('each retry waits longer than the one before', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7].map(retryDelayMs);
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(new Set(delays).size).toBe(delays.length);
});

test('a permanently refused mail is given up, with the reply as reason', async () => {
  server.answerWith(550);
  const { store, rows } = memoryStore(mail);
  const outbox = startWith(store);
  await outbox.idle();
  await outbox.stop();
  expect(rows.get('1')).toMatchObject({ dueAt: null, problem: expect.stringContaining('550') });
});

test('a mail older than three days is given up', async () => {
  server.answerWith(451);
  now = new Date(73 * hourMs);
  const { store, rows } = memoryStore(mail);
  const outbox = startWith(store);
  await outbox.idle();
  await outbox.stop();
  expect(rows.get('1')).toMatchObject({ dueAt: null, problem: expect.stringContaining('451') });
});

test('a job rendered to null is removed without sending', async () => {
  const { store, rows } = memoryStore(mail);
  const outbox = startWith(store, () => Promise.resolve(null));
  await outbox.idle();
  await outbox.stop();
  expect([rows.size, server.mails.length]).toEqual([0, 0]);
});

test('sending continues after the table could not be read [T34]', async () => {
  const { store, rows } = memoryStore(mail);
  let isReadable = false;
  const claim: typeof store.claim = (...args) =>
    isReadable ? store.claim(...args) : Promise.reject(new Error('unavailable'));
  const outbox = startWith({ ...store, claim });
  await outbox.idle();
  isReadable = true;
  outbox.wake();
  await outbox.idle();
  await outbox.stop();
  expect(rows.size).toBe(0);
  expect(server.mails.length).toBe(1);
});

test('stopping does not wait for a mail server that greets and falls silent', async () => {
  const silent = createServer((socket) => {
    socket.write('220 silent.example\r\n');
    greeted.resolve(undefined);
  });
  const greeted = Promise.withResolvers<undefined>();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  // The cast: a server that listens at a TCP port has an AddressInfo.
  const { port } = silent.address() as AddressInfo;
  const { store, rows } = memoryStore(mail);
  const outbox = startOutbox({
    store,
    render: (job: Mail) => Promise.resolve(job),
    transport: createSmtpTransport({
      url: `smtp://127.0.0.1:${port}`,
      from: 'no-reply@example.com',
      hostname: 'login.example.com',
    }),
    log: { warn: () => undefined, error: () => undefined },
  });
  await greeted.promise;
  await outbox.stop();
  // The mail stays, and is sent after the next start.
  expect(rows.get('1')).toMatchObject({ attempts: 1 });
  expect(rows.get('1')?.problem).toBeUndefined();
  silent.close();
});
