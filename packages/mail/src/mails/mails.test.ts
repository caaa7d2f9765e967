import { describe, expect, test } from 'vitest';
import * as mails from '../index.ts';

const hostile = '<script>alert("x")</script>\r\nBcc: b@example.com \u202eeman';
const link = 'https://login.example.com/somewhere?a=1&b=2';
const values = {
  site: { name: 'Latchkey', origin: 'https://login.example.com' },
  to: 'susan@example.com',
  username: hostile,
  former: hostile,
  newEmail: hostile,
  link,
  loginLink: link,
  resetLink: link,
  undoLink: link,
  sessionsLink: link,
  keepLink: link,
  validFor: '24 hours',
  deletedAt: new Date('2026-12-08T02:10:00Z'),
  requestOrigin: { at: new Date('2026-11-24T02:10:00Z'), device: hostile, address: '192.0.2.1' },
};

describe.each(
  Object.entries({
    verifyEmail: mails.verifyEmail(values),
    emailTaken: mails.emailTaken(values),
    confirmNewEmail: mails.confirmNewEmail(values),
    emailChangeRequested: mails.emailChangeRequested(values),
    emailChanged: mails.emailChanged(values),
    emailChangeUndone: mails.emailChangeUndone(values),
    resetPassword: mails.resetPassword(values),
    usernameChanged: mails.usernameChanged(values),
    passwordChanged: mails.passwordChanged(values),
    passwordWasReset: mails.passwordWasReset(values),
    rememberTokenReplayed: mails.rememberTokenReplayed(values),
    deletionScheduled: mails.deletionScheduled(values),
    accountDeleted: mails.accountDeleted(values),
  }),
)('%s', (_, { html, text, subject }) => {
  test('user input is escaped and on one line [T18]', () => {
    expect(html).not.toMatch(/<script|\u202e/);
    expect(text).not.toMatch(/^Bcc:|\u202e/m);
    expect(subject).toMatch(/^[^\r\n]+ · Latchkey$/);
    expect(html.match(/\son\w+=/g)).toBeNull();
  });

  test('text and HTML have the same links', () => {
    const inText = new Set(text.match(/https:\/\/\S+somewhere\S*/g));
    const inHtml = new Set(
      [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&')),
    );
    expect(inHtml).toEqual(inText);
  });

  test('nothing is loaded from elsewhere', () => {
    expect(html).not.toMatch(/<img|<link|url\(|@import|src=/);
  });
});

test('a mail shows when, on which device and from which address', () => {
  const { text } = mails.passwordChanged({
    ...values,
    requestOrigin: { ...values.requestOrigin, device: 'Firefox on Linux' },
  });
  expect(text).toContain(
    '  When: 24 November 2026, 02:10 UTC\n  Device: Firefox on Linux\n  IP address: 192.0.2.1\n',
  );
});

test('the text ends with the URL of the site and no punctuation', () => {
  expect(mails.accountDeleted(values).text).toMatch(/\nhttps:\/\/login\.example\.com\n$/);
});

test('without an undo link, the change mail points to the earlier one', () => {
  const { text } = mails.emailChanged({ ...values, newEmail: 'new@example.com', undoLink: null });
  expect(text).toContain('earlier e-mail');
  expect(text).not.toContain(link);
});
