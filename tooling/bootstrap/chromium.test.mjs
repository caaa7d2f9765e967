import { expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';

test('the browser is the first executable one on PATH', () => {
  const installed = ['/usr/bin/google-chrome', '/opt/bin/chromium', '/usr/bin/chromium'];
  expect(findChromium({ PATH: '/opt/bin:/usr/bin' }, (path) => installed.includes(path))).toBe(
    '/opt/bin/chromium',
  );
});

test('on macOS the browser is an application', () => {
  const chromium = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  expect(findChromium({ PATH: '/usr/bin' }, (path) => path === chromium)).toBe(chromium);
});

test('without a browser the path is empty', () => {
  expect(findChromium({ PATH: '/usr/bin' }, () => false)).toBe('');
});

test('LATCHKEY_CHROMIUM overrides the search, also when it is empty', () => {
  expect(findChromium({ PATH: '/usr/bin', LATCHKEY_CHROMIUM: '/mine/chromium' }, () => true)).toBe(
    '/mine/chromium',
  );
  expect(findChromium({ PATH: '/usr/bin', LATCHKEY_CHROMIUM: '' }, () => true)).toBe('');
});

test('a LATCHKEY_CHROMIUM that is not executable is an error that names it', () => {
  expect(() => findChromium({ LATCHKEY_CHROMIUM: '/missing' }, () => false)).toThrow(
    'LATCHKEY_CHROMIUM: found "/missing"',
  );
});
