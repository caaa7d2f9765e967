import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as mails from './index.ts';
import { MailError, smtpTransport, startOutbox, type Mail, type OutboxStore } from './index.ts';
import { retryDelayMs } from './retry-delay.ts';
import { startSmtpServer, type TestSmtpServer } from './testing.ts';

let server: TestSmtpServer;
beforeEach(async () => {
  server = await startSmtpServer();
});
afterEach(() => server.stop());

const from = 'Latchkey <no-reply@example.com>';
const mail: Mail = { to: 'susan@example.com', subject: 'Grüße 🗝️', text: 'Hallo ☃', html: '<p>Hallo ☃</p>' };

describe('a mail server', () => {
  test('gets text and HTML, in any script, with links whole', async () => {
    const link = `https://login.example.com/reset-password/l_${'aB3-_'.repeat(9)}?x=1&y=2`;
    const transport = smtpTransport({ url: server.url, from });
    await transport.send({ ...mail, text: `Hallo ☃\n${link}\n`, html: `<a href="${link}">Hallo</a>` });
    transport.close();
    expect(await server.received()).toMatchObject({
      to: ['susan@example.com'],
      from: '"Latchkey" <no-reply@example.com>',
      subject: 'Grüße 🗝️',
      links: [link],
      html: expect.stringContaining(`href="${link}"`),
    });
  });

  test.each([
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'A <a@example.com>, B <b@example.com>',
  ])('is never given a second recipient by the address %j', async (to) => {
    const transport = smtpTransport({ url: server.url, from });
    await transport.send({ ...mail, to }).catch(() => undefined);
    transport.close();
    for (const received of server.mails) {
      expect(received.to.length).toBe(1);
      expect(received.to).not.toContain('b@example.com');
    }
  });

  test('threat 18: is given no header by a subject of two lines', async () => {
    const transport = smtpTransport({ url: server.url, from });
    await transport.send({ ...mail, subject: 'One\r\nBcc: b@example.com' });
    transport.close();
    const received = await server.received();
    expect(received.to).toEqual(['susan@example.com']);
    expect(received.subject).toBe('One Bcc: b@example.com');
  });

  test.each([
    [550, true],
    [450, false],
  ])('that answers %i is a no for good: %s', async (code, isPermanent) => {
    server.answerWith(code);
    const transport = smtpTransport({ url: server.url, from });
    const error: unknown = await transport.send(mail).catch((reason: unknown) => reason);
    transport.close();
    expect(error).toBeInstanceOf(MailError);
    expect(error).toMatchObject({ isPermanent });
  });

  test('threat 31: that is away is told without user and password', async () => {
    const transport = smtpTransport({ url: 'smtp://app:tiger@127.0.0.1:1', from });
    const error: unknown = await transport.send(mail).catch((reason: unknown) => reason);
    transport.close();
    expect(error).toMatchObject({ reason: 'unreachable', isPermanent: false });
    expect(JSON.stringify(error) + String(error)).not.toContain('tiger');
  });
});

type Row = { id: string; job: Mail; attempts: number; createdAt: Date; dueAt: Date | null; problem?: string };

/** The table of a database, as a map. */
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
    claim(now, leaseMs) {
      const due = [...rows.values()].find(({ dueAt }) => dueAt && dueAt <= now);
      if (!due) return Promise.resolve(null);
      const claimed = { ...due, attempts: due.attempts + 1, dueAt: new Date(now.getTime() + leaseMs) };
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

describe('the outbox', () => {
  let now = new Date(0);
  const log = { warn: () => undefined, error: () => undefined };
  const outboxOver = (store: OutboxStore<Mail>, url = server.url) =>
    startOutbox({
      store,
      compose: (job) => Promise.resolve(job),
      transport: smtpTransport({ url, from }),
      log,
      now: () => now,
    });
  beforeEach(() => {
    now = new Date(0);
  });

  test('sends what is due, each mail once, also with two workers', async () => {
    const jobs = Array.from({ length: 10 }, (_, i) => ({ ...mail, subject: `Number ${i}` }));
    const { store, rows } = memoryStore(...jobs);
    const [first, second] = [outboxOver(store), outboxOver(store)];
    await Promise.all([first.idle(), second.idle()]);
    await Promise.all([first.stop(), second.stop()]);
    expect(server.mails.map(({ subject }) => subject).toSorted()).toEqual(jobs.map(({ subject }) => subject));
    expect(rows.size).toBe(0);
  });

  test('sends what is noted later as soon as it is woken', async () => {
    const { store, add } = memoryStore();
    const outbox = outboxOver(store);
    await outbox.idle();
    add(mail);
    outbox.wake();
    expect((await server.received()).subject).toBe(mail.subject);
    await outbox.stop();
  });

  test('threat 34: tries again, later each time, and the mail arrives when the server is back', async () => {
    const { store, rows } = memoryStore(mail);
    server.answerWith(451);
    const outbox = outboxOver(store);
    await outbox.idle();
    expect(rows.get('1')).toMatchObject({ attempts: 1, dueAt: new Date(retryDelayMs(1)) });
    outbox.wake();
    await outbox.idle();
    expect(rows.get('1')?.attempts, 'it is not due yet').toBe(1);

    server.answerWith(null);
    now = new Date(retryDelayMs(1));
    outbox.wake();
    expect((await server.received()).to).toEqual([mail.to]);
    await outbox.idle();
    expect(rows.size).toBe(0);
    await outbox.stop();
  });

  test('gives up what is refused for good, and what is three days old, and says why', async () => {
    server.answerWith(550);
    const refused = memoryStore(mail);
    const first = outboxOver(refused.store);
    await first.idle();
    await first.stop();
    expect(refused.rows.get('1')).toMatchObject({ dueAt: null, problem: expect.stringContaining('550') });

    const old = memoryStore(mail);
    now = new Date(73 * 3_600_000);
    server.answerWith(451);
    const second = outboxOver(old.store);
    await second.idle();
    await second.stop();
    expect(old.rows.get('1')?.dueAt).toBeNull();
  });

  test('drops what is not wanted any more', async () => {
    const { store, rows } = memoryStore(mail);
    const outbox = startOutbox({
      store,
      compose: () => Promise.resolve(null),
      transport: smtpTransport({ url: server.url, from }),
      log,
    });
    await outbox.idle();
    await outbox.stop();
    expect([rows.size, server.mails.length]).toEqual([0, 0]);
  });

  test('threat 34: survives a table that cannot be read', async () => {
    const { store, rows } = memoryStore(mail);
    let isAway = true;
    const claim: typeof store.claim = (...args) =>
      isAway ? Promise.reject(new Error('away')) : store.claim(...args);
    const outbox = outboxOver({ ...store, claim });
    await outbox.idle();
    isAway = false;
    outbox.wake();
    await outbox.idle();
    await outbox.stop();
    expect(rows.size).toBe(0);
  });
});

describe('each mail', () => {
  const nasty = '<script>alert("x")</script>\r\nBcc: b@example.com \u202eeman';
  const link = 'https://login.example.com/somewhere?a=1&b=2';
  const said = {
    site: { name: 'Latchkey', origin: 'https://login.example.com' },
    to: 'susan@example.com',
    username: nasty,
    newAddress: nasty,
    link,
    loginLink: link,
    resetLink: link,
    undoLink: link,
    sessionsLink: link,
    keepLink: link,
    validFor: '24 hours',
    deletedAt: new Date('2026-12-08T02:10:00Z'),
    trace: { at: new Date('2026-11-24T02:10:00Z'), device: nasty, address: '192.0.2.1' },
  };
  const all = {
    verifyAddress: mails.verifyAddress(said),
    addressTaken: mails.addressTaken(said),
    confirmNewAddress: mails.confirmNewAddress(said),
    addressChangeAsked: mails.addressChangeAsked(said),
    addressChanged: mails.addressChanged(said),
    addressChangeUndone: mails.addressChangeUndone(said),
    resetPassword: mails.resetPassword(said),
    passwordChanged: mails.passwordChanged(said),
    passwordWasReset: mails.passwordWasReset(said),
    rememberTokenReplayed: mails.rememberTokenReplayed(said),
    deletionScheduled: mails.deletionScheduled(said),
    accountDeleted: mails.accountDeleted(said),
  };

  test.each(Object.entries(all))(
    'threat 18: %s writes what others typed as text, on one line',
    (_, { html, text, subject }) => {
      expect(html).not.toMatch(/<script|\u202e/);
      expect(text).not.toMatch(/^Bcc:|\u202e/m);
      expect(subject).toMatch(/^[^\r\n]+ · Latchkey$/);
      // Whatever an attribute holds is ours.
      expect(html.match(/\son\w+=/g)).toBeNull();
    },
  );

  test.each(Object.entries(all))('%s has the same links in its text and its HTML', (_, { html, text }) => {
    const inText = new Set(text.match(/https:\/\/\S+somewhere\S*/g));
    const inHtml = new Set(
      [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&')),
    );
    expect(inHtml).toEqual(inText);
  });

  test.each(Object.entries(all))('%s loads nothing from anywhere', (_, { html }) => {
    expect(html).not.toMatch(/<img|<link|url\(|@import|src=/);
  });

  test('says when, by what and from where', () => {
    expect(all.passwordChanged.text).toContain('24 November 2026, 02:10 UTC');
    expect(all.passwordChanged.text).toContain('192.0.2.1');
  });
});
