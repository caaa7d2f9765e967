import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPasswords, describeHash } from './passwords.ts';
import { deviseVector, vectors, weakVectors } from './vectors.fixture.ts';

const { hash, check } = createPasswords();

describe('a hash from elsewhere', () => {
  test.each(vectors)('made by %s fits its password, and is to be replaced', async (_, password, stored) => {
    expect(await check(stored, password)).toEqual({ isRight: true, isOutdated: true });
    expect(describeHash(stored)).toMatchObject({ isWeak: false, problem: null });
  });

  test.each(vectors)('made by %s fits no other password', async (_, password, stored) => {
    const other = `X${password.slice(1)}`;
    expect(await check(stored, other)).toEqual({ isRight: false, isOutdated: false });
  });

  test.each(weakVectors)(
    'made by %s fits behind the switch only, and with a warning',
    async (_, password, stored) => {
      expect((await check(stored, password)).isRight).toBe(false);

      const warnings: string[] = [];
      const lenient = createPasswords({
        acceptsWeakHashes: true,
        onWarning: (sentence) => void warnings.push(sentence),
      });
      expect(await lenient.check(stored, password)).toEqual({ isRight: true, isOutdated: true });
      expect((await lenient.check(stored, 'other')).isRight).toBe(false);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/replaced when its owner signs in/);
      expect(warnings[0]).not.toContain(stored.split('$')[2]);
    },
  );

  test('made by Devise with a pepper fits with that pepper, and without it does not', async () => {
    const { pepper, password, hash: stored } = deviseVector;
    expect((await createPasswords({ devisePepper: pepper }).check(stored, password)).isRight).toBe(true);
    expect((await check(stored, password)).isRight).toBe(false);
    const [, plain = '', unpeppered = ''] = vectors.find(([madeBy]) => madeBy.includes('Devise')) ?? [];
    expect((await createPasswords({ devisePepper: pepper }).check(unpeppered, plain)).isRight).toBe(true);
  });
});

describe('a hostile hash', () => {
  const hex = 'ab'.repeat(32);
  const base64 = Buffer.alloc(32, 7).toString('base64').replace('=', '');

  test.each([
    ['rounds by the trillion', `pbkdf2:sha256:1099511627776$salt$${hex}`],
    ['rounds by the trillion', `pbkdf2_sha256$1099511627776$salt$${base64}=`],
    ['rounds that are no number', `pbkdf2:sha256:1e9$salt$${hex}`],
    ['no rounds at all', `pbkdf2:sha256:0$salt$${hex}`],
    ['a gigabyte of scrypt', `scrypt:1048576:8:1$salt$${hex}`],
    ['an N that is no power of two', `scrypt:30000:8:1$salt$${hex}`],
    ['a thousand lanes of scrypt', `scrypt$16384$salt$8$1000$${base64}=`],
    ['an empty salt', `scrypt:32768:8:1$$${hex}`],
    ['an empty salt', `pbkdf2:sha256:1000$$${hex}`],
    ['no digest', 'scrypt:32768:8:1$salt$'],
    ['a digest of one byte', 'pbkdf2:sha256:1000$salt$ab'],
    ['an unknown digest', `pbkdf2:crc32:1000$salt$${hex}`],
    ['terabytes of Argon2', `$argon2id$v=19$m=999999999,t=2,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['passes by the thousand', `$argon2id$v=19$m=19456,t=5000,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['half of an Argon2', '$argon2id$v=19$m=19456'],
    ['bcrypt with 2^31 rounds', `$2b$31$${'a'.repeat(53)}`],
    ['half of a bcrypt', '$2b$10$abcdef'],
    ['a faulty bcrypt', `$2x$10$${'a'.repeat(53)}`],
    ['phpass with 2^30 rounds', `$P$S${'a'.repeat(30)}`],
    ['half of a phpass', '$P$B123'],
    ['PHC scrypt with ln=40', `$scrypt$ln=40,r=8,p=1$c2FsdHNhbHQ$${base64}`],
    ['half of a Lucia hash', 's2:salt'],
    ['a pepper that nobody has', `$pepper$lost$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['an unusable password of Django', '!oxeCjHvbnHabf1LzZwJsgbZPsyc5KZ6IpInuuwm5'],
    ['nothing', ''],
  ])('threat 7: with %s fits no password and costs one hash of ours', async (_, stored) => {
    for (const password of ['cat', '']) {
      expect(await check(stored, password)).toEqual({ isRight: false, isOutdated: false });
    }
    if (!stored.startsWith('$pepper$')) expect(describeHash(stored).problem).not.toBeNull();
  });

  test('threat 7: of any text whatever fits no password, and throws nothing', async () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc
        .tuple(fc.constantFrom(...vectors.map(([, , stored]) => stored)), fc.nat(200))
        .map(([stored, end]) => stored.slice(0, Math.min(end, stored.length - 1))),
    );
    await fc.assert(
      fc.asyncProperty(anything, (stored) => {
        expect(() => describeHash(stored)).not.toThrow();
        return Promise.resolve();
      }),
      { numRuns: 2000 },
    );
    await fc.assert(
      fc.asyncProperty(anything, async (stored) => {
        expect((await check(stored, 'no such password')).isRight).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a pepper', () => {
  const [old, next] = [
    { id: '2026', secret: 'first of two secrets' },
    { id: '2027', secret: 'second of two secrets' },
  ];

  test('is named in the stored hash, and without it the password does not fit', async () => {
    const stored = await createPasswords({ peppers: [old] }).hash('cat');
    expect(stored).toMatch(/^\$pepper\$2026\$argon2id\$v=19\$/);
    expect(stored.length).toBeLessThanOrEqual(255);
    const warnings: string[] = [];
    const without = createPasswords({ onWarning: (sentence) => void warnings.push(sentence) });
    expect((await without.check(stored, 'cat')).isRight).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('pepper 2026')]);
  });

  test('can be changed: the old one verifies, and the hash is to be replaced', async () => {
    const stored = await createPasswords({ peppers: [old] }).hash('cat');
    const both = createPasswords({ peppers: [next, old] });
    expect(await both.check(stored, 'cat')).toEqual({ isRight: true, isOutdated: true });
    expect((await both.check(stored, 'dog')).isRight).toBe(false);
    expect(await both.check(await both.hash('cat'), 'cat')).toEqual({ isRight: true, isOutdated: false });
  });

  test('can come later: what was hashed without one is to be replaced', async () => {
    const stored = await hash('cat');
    expect(await check(stored, 'cat')).toEqual({ isRight: true, isOutdated: false });
    expect(await createPasswords({ peppers: [old] }).check(stored, 'cat')).toEqual({
      isRight: true,
      isOutdated: true,
    });
  });
});
