import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeHash } from './describe-hash.ts';
import { createPasswords } from './passwords.ts';
import { deviseVector, vectors, weakVectors } from './vectors.fixture.ts';

// Hashes of other systems, at the cost that those systems chose: this makes the file slow.

const { check } = createPasswords();
// A refusal also computes a hash of ours, whose cost does not matter here.
const refusing = createPasswords({ hashing: 'fast' });

describe('a hash of another system', () => {
  test.each(vectors)('by %s verifies and is outdated', async (_, password, stored) => {
    expect(await check(stored, password)).toEqual({ isRight: true, isOutdated: true });
    expect(describeHash(stored)).toMatchObject({ isWeak: false, problem: null });
  });

  test.each(vectors)('by %s refuses another password', async (_, password, stored) => {
    const other = `X${password.slice(1)}`;
    expect(await refusing.check(stored, other)).toEqual({ isRight: false, isOutdated: false });
  });

  test.each(weakVectors)('by %s is weak, and refused by default', async (_, password, stored) => {
    expect((await refusing.check(stored, password)).isRight).toBe(false);
    expect(describeHash(stored)).toMatchObject({ isWeak: true, problem: null });
  });

  test.each(weakVectors)(
    'by %s verifies where weak hashes are on, with one warning',
    async (_, password, stored) => {
      const warnings: string[] = [];
      const lenient = createPasswords({
        hashing: 'fast',
        acceptsWeakHashes: true,
        onWarning: (sentence) => void warnings.push(sentence),
      });
      expect(await lenient.check(stored, password)).toEqual({ isRight: true, isOutdated: true });
      expect((await lenient.check(stored, 'other')).isRight).toBe(false);
      expect(warnings).toEqual([expect.stringMatching(/replaced at the next sign-in/)]);
      expect(warnings[0]).not.toContain(stored.split('$')[2]);
    },
  );

  test('by Devise with a pepper verifies only with that pepper', async () => {
    const { pepper, password, hash: stored } = deviseVector;
    expect((await createPasswords({ devisePepper: pepper }).check(stored, password)).isRight).toBe(true);
    expect((await refusing.check(stored, password)).isRight).toBe(false);
  });

  test('by Devise without a pepper verifies where one is set', async () => {
    const [, plain = '', unpeppered = ''] = vectors.find(([madeBy]) => madeBy.includes('Devise')) ?? [];
    const { check } = createPasswords({ devisePepper: deviseVector.pepper });
    expect((await check(unpeppered, plain)).isRight).toBe(true);
  });

  test('by WordPress verifies a password with spaces around it, as WordPress does', async () => {
    const [, , stored = ''] =
      vectors.find(([madeBy, of]) => madeBy === 'WordPress 6.1' && of === 'cat') ?? [];
    expect((await check(stored, ' cat\n')).isRight).toBe(true);
    expect((await refusing.check(stored, 'c at')).isRight).toBe(false);
    // phpBB does not trim.
    expect((await refusing.check(stored.replace('$P$', '$H$'), ' cat')).isRight).toBe(false);
  });
});

describe('a malformed hash', () => {
  const hex = 'ab'.repeat(32);
  const base64 = Buffer.alloc(32, 7).toString('base64').replace('=', '');

  test.each([
    ['10^12 rounds of Werkzeug', `pbkdf2:sha256:1099511627776$salt$${hex}`],
    ['10^12 rounds of Django', `pbkdf2_sha256$1099511627776$salt$${base64}=`],
    ['rounds in exponent notation', `pbkdf2:sha256:1e9$salt$${hex}`],
    ['zero rounds', `pbkdf2:sha256:0$salt$${hex}`],
    ['a gigabyte of scrypt', `scrypt:1048576:8:1$salt$${hex}`],
    ['an N that is not a power of two', `scrypt:30000:8:1$salt$${hex}`],
    ['1000 lanes of scrypt', `scrypt$16384$salt$8$1000$${base64}=`],
    ['scrypt and an empty salt', `scrypt:32768:8:1$$${hex}`],
    ['PBKDF2 and an empty salt', `pbkdf2:sha256:1000$$${hex}`],
    ['no digest', 'scrypt:32768:8:1$salt$'],
    ['a digest of one byte', 'pbkdf2:sha256:1000$salt$ab'],
    ['an unknown digest', `pbkdf2:crc32:1000$salt$${hex}`],
    ['terabytes of Argon2', `$argon2id$v=19$m=999999999,t=2,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['5000 passes of Argon2', `$argon2id$v=19$m=19456,t=5000,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['half of an Argon2', '$argon2id$v=19$m=19456'],
    ['2^31 rounds of bcrypt', `$2b$31$${'a'.repeat(53)}`],
    ['half of a bcrypt', '$2b$10$abcdef'],
    ['a faulty bcrypt', `$2x$10$${'a'.repeat(53)}`],
    ['2^30 rounds of phpass', `$P$S${'a'.repeat(30)}`],
    ['half of a phpass', '$P$B123'],
    ['PHC scrypt and ln=40', `$scrypt$ln=40,r=8,p=1$c2FsdHNhbHQ$${base64}`],
    ['half of a Lucia hash', 's2:salt'],
    ['an unknown pepper', `$pepper$lost$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$${base64}`],
    ['an unusable password of Django', '!oxeCjHvbnHabf1LzZwJsgbZPsyc5KZ6IpInuuwm5'],
    ['nothing', ''],
  ])('with %s refuses every password [T7]', async (_, stored) => {
    for (const password of ['cat', '']) {
      expect(await refusing.check(stored, password)).toEqual({ isRight: false, isOutdated: false });
    }
    if (!stored.startsWith('$pepper$')) expect(describeHash(stored).problem).not.toBeNull();
  });

  // Not `unit: 'binary'`, which takes a second of CPU to create.
  const character = fc.nat(0x10_ff_ff).map((code) => String.fromCodePoint(code));
  const anything = fc.oneof(
    fc.string({ unit: character, maxLength: 100 }),
    fc
      .tuple(fc.constantFrom(...vectors.map(([, , stored]) => stored)), fc.nat(200))
      .map(([stored, end]) => stored.slice(0, Math.min(end, stored.length - 1))),
  );

  test('of any text is described without an error [T7]', () => {
    fc.assert(
      fc.property(anything, (stored) => {
        expect(describeHash(stored)).toMatchObject({ scheme: expect.stringMatching(/./) as string });
      }),
      { numRuns: 2000 },
    );
  });

  test('of any text refuses a password [T7]', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (stored) => {
        expect((await refusing.check(stored, 'no such password')).isRight).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});
