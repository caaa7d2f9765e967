import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Loaded again for each test, so that formatters built while loading are counted too.
const load = () => import('./time.ts');

const constructions = vi.spyOn(Intl, 'DateTimeFormat');
const localeStrings = [
  vi.spyOn(Date.prototype, 'toLocaleString'),
  vi.spyOn(Date.prototype, 'toLocaleDateString'),
  vi.spyOn(Date.prototype, 'toLocaleTimeString'),
];

beforeEach(() => {
  vi.resetModules();
  constructions.mockClear();
});
afterEach(() => {
  for (const spy of localeStrings) spy.mockClear();
});

test('formatTime shows day and time in UTC', async () => {
  const { formatTime } = await load();
  expect(formatTime('2026-11-24T02:10:59.000Z')).toBe('24 November 2026, 02:10 UTC');
});

test('formatDate shows the day in UTC', async () => {
  const { formatDate } = await load();
  expect(formatDate('2026-11-24T23:59:59.000Z')).toBe('24 November 2026');
});

test('formatters are built once, not per value', async () => {
  const { formatDate, formatTime } = await load();
  for (let minute = 10; minute < 60; minute += 1) {
    formatTime(`2026-11-24T02:${minute}:00.000Z`);
    formatDate(`2026-11-24T02:${minute}:00.000Z`);
  }
  expect(constructions).toHaveBeenCalledTimes(2);
  // Each of these builds a formatter per call.
  for (const spy of localeStrings) expect(spy).not.toHaveBeenCalled();
});

test.each([
  [14 * 86_400_000, '14 days'],
  [86_400_000, '1 day'],
  [36 * 3_600_000, '36 hours'],
  [10_000, '10 seconds'],
])('formatDuration shows %d ms as %s', async (milliseconds, shown) => {
  const { formatDuration } = await load();
  expect(formatDuration(milliseconds)).toBe(shown);
});
