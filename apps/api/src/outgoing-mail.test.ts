import { startSmtpServer, type ReceivedMail } from '@latchkey/mail/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startTestApi } from './testing.ts';

/** Registers at a site with these settings. @returns the mail that the mail server receives */
async function receiveMail(env: Record<string, string>): Promise<ReceivedMail> {
  const server = await startSmtpServer();
  onTestFinished(() => server.stop());
  const app = await startTestApi({ SMTP_URL: server.url, ...env });
  onTestFinished(() => app.stop());
  await app.browser().api.auth.register.mutate({
    username: 'anna',
    email: 'anna@example.com',
    password: 'velvet otter juggles lemons',
  });
  return server.received();
}

test('ORIGIN has the host name of the greeting, and the domain of the sender', async () => {
  const { greeting, from } = await receiveMail({ ORIGIN: 'http://login.example.com:8443' });
  expect([greeting, from]).toEqual(['login.example.com', '"Latchkey" <no-reply@login.example.com>']);
});

test('MAIL_HOSTNAME replaces the name in the greeting only', async () => {
  const env = { ORIGIN: 'http://login.example.com', MAIL_HOSTNAME: 'node-7.example.com' };
  const { greeting, from, headers } = await receiveMail(env);
  expect([greeting, from]).toEqual(['node-7.example.com', '"Latchkey" <no-reply@login.example.com>']);
  expect(headers.get('auto-submitted')).toBe('auto-generated');
});

test('a site at an IP address greets with the address, and sends from it', async () => {
  const { greeting, from } = await receiveMail({ ORIGIN: 'http://192.0.2.7:3000' });
  expect([greeting, from]).toEqual(['[192.0.2.7]', '"Latchkey" <no-reply@[192.0.2.7]>']);
});
