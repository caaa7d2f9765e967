import { expect, test } from 'vitest';
import { activityLabel } from './activity-labels.ts';

test('a stored kind of event has a label', () => {
  expect(activityLabel('password_changed')).toBe('Password changed');
});

test('an event that is stored with a former name has a label', () => {
  expect(activityLabel('email_change_asked')).toBe('E-mail address change requested');
});

test('a failed sign-in does not claim a wrong password: the account may be disabled', () => {
  expect(activityLabel('login_failed')).toBe('Failed sign-in');
});

test.each(['invoice_paid', 'constructor'])('the unknown kind %s is shown as it is stored', (kind) => {
  expect(activityLabel(kind)).toBe(kind);
});
