import { afterEach, beforeEach, expect, test } from 'vitest';
import { MailError, createSmtpTransport, type Mail } from './index.ts';
import { startSmtpServer, type TestSmtpServer } from './testing.ts';

let server: TestSmtpServer;
beforeEach(async () => {
  server = await startSmtpServer();
});
afterEach(() => server.stop());

const from = 'Latchkey <no-reply@example.com>';
const mail: Mail = { to: 'susan@example.com', subject: 'Grüße 🗝️', text: 'Hallo ☃', html: '<p>Hallo ☃</p>' };

/** Sends one mail. @returns the error, or undefined */
async function send(
  changes: Partial<Mail> = {},
  { url = server.url, hostname = 'login.example.com' } = {},
): Promise<unknown> {
  const transport = createSmtpTransport({ url, from, hostname });
  try {
    await transport.send({ ...mail, ...changes });
    return undefined;
  } catch (error) {
    return error;
  } finally {
    transport.close();
  }
}

test('a domain in another script is sent in ASCII', async () => {
  expect(await send({ to: 'Susan@MÜNCHEN.example' })).toBeUndefined();
  const { headers } = await server.received();
  expect(headers.get('to')).toBe('Susan@xn--mnchen-3ya.example');
});

test('Unicode text, HTML and long links arrive unchanged', async () => {
  const link = `https://login.example.com/reset-password/l_${'aB3-_'.repeat(9)}?x=1&y=2`;
  await send({ text: `Hallo ☃\n${link}\n`, html: `<a href="${link}">Hallo</a>` });
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
])('the address %j adds no second recipient', async (to) => {
  await send({ to });
  for (const received of server.mails) {
    expect(received.to.length).toBe(1);
    expect(received.to).not.toContain('b@example.com');
  }
});

test.each([
  ['login.example.com', 'login.example.com'],
  ['localhost', 'localhost'],
  ['192.0.2.7', '[192.0.2.7]'],
  // The test server converts names to lower case.
  ['[2001:db8::7]', '[ipv6:2001:db8::7]'],
  ['2001:db8::7', '[ipv6:2001:db8::7]'],
])('a site at %s greets the mail server as %s', async (hostname, greeting) => {
  await send({}, { hostname });
  expect((await server.received()).greeting).toBe(greeting);
});

test('a mail says that it is automatic, and belongs to no list', async () => {
  await send();
  const { headers } = await server.received();
  expect(headers.get('auto-submitted')).toBe('auto-generated');
  expect([...headers.keys()].filter((name) => /^(list-|precedence|bcc|x-)/.test(name))).toEqual([]);
});

test("the id of a mail has the sender's domain, and its date is the current one", async () => {
  await send();
  const { headers } = await server.received();
  expect(headers.get('message-id')).toMatch(/^<[^@\s]+@example\.com>$/);
  expect(Math.abs(Date.now() - Date.parse(headers.get('date') ?? ''))).toBeLessThan(60_000);
});

test('a line break in the subject adds no header [T18]', async () => {
  await send({ subject: 'One\r\nBcc: b@example.com' });
  const received = await server.received();
  expect(received.to).toEqual(['susan@example.com']);
  expect(received.subject).toBe('One Bcc: b@example.com');
});

test.each([
  [550, true],
  [450, false],
])('reply %i is permanent: %s', async (code, isPermanent) => {
  server.answerWith(code);
  const error = await send();
  expect(error).toBeInstanceOf(MailError);
  expect(error).toMatchObject({ isPermanent });
});

test('the error for an unreachable server contains no password [T31]', async () => {
  const error = await send({}, { url: 'smtp://app:tiger@127.0.0.1:1' });
  expect(error).toMatchObject({ reason: 'unreachable', isPermanent: false });
  expect(JSON.stringify(error) + String(error)).not.toContain('tiger');
});
