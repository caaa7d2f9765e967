import { DatabaseError } from '@latchkey/db';
import { expect, test } from 'vitest';
import { createOutageReporter } from './report-outage.ts';

test('an outage is logged once a minute, however many requests meet it', () => {
  const clock = { now: 0 };
  const lines: string[] = [];
  const log = { error: (_: object, line: string) => lines.push(line), debug: () => undefined };
  // The cast: a log has further methods.
  const report = createOutageReporter(log as never, () => clock.now);
  const full = () => new DatabaseError('no_access', 'The disk of /srv/app.db is full.');
  for (let i = 0; i < 100; i++) report(full(), { path: 'auth.login', requestId: String(i) });
  expect(lines).toHaveLength(1);
  report(new DatabaseError('file_moved', '/srv/app.db was deleted'));
  expect(lines).toHaveLength(2);
  clock.now = 60_000;
  report(full());
  expect(lines).toHaveLength(3);
});
