import { expect, test } from 'vitest';
import { activityLabel } from './activity-labels.ts';

test('a stored kind of event has a label', () => {
  expect(activityLabel('password_changed')).toBe('Password changed');
});

test.each(['invoice_paid', 'constructor'])('the unknown kind %s is shown as it is stored', (kind) => {
  expect(activityLabel(kind)).toBe(kind);
});
