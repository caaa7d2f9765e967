import { expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';

test('the browser is the first one on the path that can be run', () => {
  const there = ['/usr/bin/google-chrome', '/opt/bin/chromium', '/usr/bin/chromium'];
  expect(findChromium({ PATH: '/opt/bin:/usr/bin' }, (path) => there.includes(path))).toBe(
    '/opt/bin/chromium',
  );
});

test('on a Mac it is an application', () => {
  const chromium = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  expect(findChromium({ PATH: '/usr/bin' }, (path) => path === chromium)).toBe(chromium);
});

test('a machine without one has none', () => {
  expect(findChromium({ PATH: '/usr/bin' }, () => false)).toBe('');
});

test('LATCHKEY_CHROMIUM decides, also when it says to do without', () => {
  expect(findChromium({ PATH: '/usr/bin', LATCHKEY_CHROMIUM: '/mine/chromium' }, () => true)).toBe(
    '/mine/chromium',
  );
  expect(findChromium({ PATH: '/usr/bin', LATCHKEY_CHROMIUM: '' }, () => true)).toBe('');
});

test('a LATCHKEY_CHROMIUM that cannot be run is refused by name', () => {
  expect(() => findChromium({ LATCHKEY_CHROMIUM: '/gone' }, () => false)).toThrow(
    'LATCHKEY_CHROMIUM is "/gone"',
  );
});
