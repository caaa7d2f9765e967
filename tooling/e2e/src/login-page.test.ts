import { expect, test } from 'vitest';
import { getSite } from './site.ts';

const site = getSite('in one process');

const tagsIn = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([tag]) => tag);

/** The compressed size in bytes of the files that tags load. */
async function sizeOf(tags: string[]): Promise<number> {
  const sizes = tags.map(async (tag) => {
    const [, path = ''] = /(?:src|href)="([^"]+)"/.exec(tag) ?? [];
    const response = await fetch(new URL(path, site.url), { headers: { 'accept-encoding': 'gzip' } });
    expect(response.ok, path).toBe(true);
    return Number(response.headers.get('content-length'));
  });
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}

test('the login page loads at most 30 kB of deferred JavaScript', async () => {
  const html = await site.read('/login');
  const scripts = tagsIn(html, /<script\b[^>]*>/g);
  // Modules are deferred. A preload would show that one imports another.
  for (const script of scripts) expect(script).toMatch(/type="module".*src=|src=.*type="module"/);
  expect(html).not.toContain('modulepreload');
  const size = await sizeOf(scripts);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThan(30_000);
});

test('the login page loads at most 10 kB of CSS', async () => {
  const size = await sizeOf(tagsIn(await site.read('/login'), /<link\b[^>]*rel="stylesheet"[^>]*>/g));
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThan(10_000);
});

test('the login page sets no cookie', async () => {
  expect((await site.send('/login')).headers.getSetCookie()).toEqual([]);
});

test('a page has a strict content security policy [T18]', async () => {
  const { headers } = await site.send('/login');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('a page is not cached [T19]', async () => {
  expect((await site.send('/login')).headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['/login', 'current-password'],
  ['/register', 'new-password'],
])('password fields of %s are marked as %s, and allow pasting [T2]', async (path, purpose) => {
  const fields = tagsIn(await site.read(path), /<input[^>]*type="password"[^>]*>/g);
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) {
    expect(field).toContain(`autocomplete="${purpose}"`);
    // Neither truncated nor blocked.
    expect(field).not.toMatch(/maxlength|onpaste/);
  }
});

test('password managers find the page to change a password [T2]', async () => {
  const { status, headers } = await site.send('/.well-known/change-password');
  expect([status, headers.get('location')]).toEqual([303, '/account/password']);
});
