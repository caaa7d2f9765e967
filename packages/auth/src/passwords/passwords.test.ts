import { describe, expect, test } from 'vitest';
import { createPasswords, type PasswordOptions } from './passwords.ts';

const fast = (options: PasswordOptions = {}) => createPasswords({ hashing: 'fast', ...options });

describe('a pepper', () => {
  const [old, next] = [
    { id: '2026', secret: 'first of two secrets' },
    { id: '2027', secret: 'second of two secrets' },
  ];

  test('is named in the stored hash, which fits the column', async () => {
    const stored = await createPasswords({ peppers: [old] }).hash('cat');
    expect(stored).toMatch(/^\$pepper\$2026\$argon2id\$v=19\$/);
    expect(stored.length).toBeLessThanOrEqual(255);
  });

  test('that is missing makes the password wrong, with one warning', async () => {
    const stored = await fast({ peppers: [old] }).hash('cat');
    const warnings: string[] = [];
    const without = fast({ onWarning: (sentence) => void warnings.push(sentence) });
    expect((await without.check(stored, 'cat')).isRight).toBe(false);
    expect((await without.check(stored, 'cat')).isRight).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('pepper 2026')]);
  });

  test('can be changed: the old one verifies and is outdated', async () => {
    const stored = await fast({ peppers: [old] }).hash('cat');
    const both = fast({ peppers: [next, old] });
    expect(await both.check(stored, 'cat')).toEqual({ isRight: true, isOutdated: true });
    expect((await both.check(stored, 'dog')).isRight).toBe(false);
    expect(await both.check(await both.hash('cat'), 'cat')).toEqual({ isRight: true, isOutdated: false });
  });

  test('can be added: a hash without one verifies and is outdated', async () => {
    const stored = await fast().hash('cat');
    expect(await fast().check(stored, 'cat')).toEqual({ isRight: true, isOutdated: false });
    expect(await fast({ peppers: [old] }).check(stored, 'cat')).toEqual({ isRight: true, isOutdated: true });
  });
});

describe('the cost of a hash', () => {
  test('is the standard one unless fast hashing is chosen [T1]', async () => {
    expect(await createPasswords().hash('cat')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await fast().hash('cat')).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  });

  test('that is fast is outdated at standard cost [T1]', async () => {
    const stored = await fast().hash('cat');
    expect(await createPasswords().check(stored, 'cat')).toEqual({ isRight: true, isOutdated: true });
  });

  test('that is standard is up to date at fast cost', async () => {
    const stored = await createPasswords().hash('cat');
    expect(await fast().check(stored, 'cat')).toEqual({ isRight: true, isOutdated: false });
  });
});
