import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPasswords, type Passwords } from '@latchkey/auth';
import { readConfig } from '@latchkey/config';
import { createUserStore, openDatabase, type UserRecord } from '@latchkey/db';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { beforeAll, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

const pepper = '2026:a-long-random-secret';
const salt = '146585145368132386173505678016728509634';

/** Values of a password column, most of them cheap hashes of "cat". */
let hashes: string[];
/** Those of tables without and with an HMAC before the hash, which the hash does not show. */
let ownHashes: string[];
const flaskSecurityHashes = ['$2b$05$Wam3PIXtGOsEuQB69rXiD.nGvDk/I98XfwZngkUfplR6U46Nj.qiC'];
beforeAll(async () => {
  const peppered = createPasswords({
    hashing: 'fast',
    peppers: [{ id: '2026', secret: 'a-long-random-secret' }],
  });
  hashes = [
    await peppered.hash('cat'),
    (await peppered.hash('cat')).replace('2026', '1999'),
    'sha1$a1b2c3d4$xx',
    'plain$$cat',
    'd077f244def8a70e5ea758bd8352fcd8', // MD5 of "cat"
    `pbkdf2:sha256:1000$tUqaeoZx$${'ab'.repeat(130)}`,
    'who knows',
    '!',
    '',
  ];
  ownHashes = [
    await createPasswords({ hashing: 'fast' }).hash('cat'),
    '$2b$04$E0sJQR9e70Gs0jpuzoSpOupMs02QbfESlGLs6a1RXJGclb2UjPB3W',
  ];
});

const settings: Record<string, string>[] = [
  {},
  { PASSWORD_PEPPER: pepper },
  { ACCEPT_WEAK_HASHES: 'on', REQUIRE_VERIFIED_EMAIL: 'on' },
  { SECURITY_PASSWORD_SALT: salt },
  { PASSWORD_PEPPER: pepper, ACCEPT_WEAK_HASHES: 'on', SECURITY_PASSWORD_SALT: salt },
];

/** Numbers that are the same in each run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % below;
  };
}

/** A table with users who are valid, bad, disabled, duplicates, or without a password. */
function createTable(seed: number): string {
  const random = randomNumbers(seed);
  const pick = <T>(values: readonly T[]): T | undefined => values[random(values.length)];
  const isFlaskSecurity = random(2) === 0;
  const stored = [...hashes, ...(isFlaskSecurity ? flaskSecurityHashes : ownHashes)];
  const rows = Array.from({ length: 30 }, () =>
    [
      `user${random(40)}`,
      pick(['', '', 'nowhere', `user${random(40)}@example.com`]),
      `"${pick(stored) ?? ''}"`,
      pick(['', '1', '0']),
      pick(['admin', 'user', '']),
      isFlaskSecurity ? 'x' : '',
    ].join(','),
  );
  const last = isFlaskSecurity ? 'fs_uniquifier' : 'shoe_size';
  return `username,email,password_hash,banned,role,${last}\n${rows.join('\n')}\n`;
}

type Report = {
  written: number;
  new: number;
  bad: number;
  canSignIn: number;
  disabled: number;
  admins: number;
};

async function countSignIns(
  users: readonly UserRecord[],
  { check }: Passwords,
  requiresVerifiedEmail: boolean,
): Promise<number> {
  let count = 0;
  for (const { isActive, passwordHash, email, emailVerifiedAt } of users) {
    const isRefused = requiresVerifiedEmail && email !== null && emailVerifiedAt === null;
    if (isActive && !isRefused && (await check(passwordHash, 'cat')).isRight) count++;
  }
  return count;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'a dry run predicts what is written and who can sign in, table %i',
  async (seed) => {
    const temporary = await createMigratedDatabase();
    const path = join(temporary.folder, 'users.csv');
    await writeFile(path, createTable(seed));
    const setting = settings[seed % settings.length] ?? {};
    const words = ['import', path, '--json', '--skip-bad', ...(seed % 2 === 0 ? ['--drop-unreadable'] : [])];
    const env = { DATABASE_URL: temporary.url, PASSWORD_HASHING: 'fast', ...setting };
    const run = async (word: string) => {
      const { out, err } = await runCommand('users', [...words, word], { env });
      expect(err).toBe('');
      // The cast: the report as the command prints it.
      return JSON.parse(out) as Report;
    };

    const predicted = await run('--dry-run');
    expect(await run('--yes')).toEqual({ ...predicted, written: predicted.new });

    const database = await openDatabase(temporary.url);
    const users = await createUserStore(database).list();
    await database.close();
    await temporary.remove();
    expect(users).toHaveLength(predicted.new);
    expect(users.filter(({ isActive }) => !isActive)).toHaveLength(predicted.disabled);
    expect(users.filter(({ role }) => role === 'admin')).toHaveLength(predicted.admins);
    const config = readConfig({ ...process.env, ...env });
    expect(await countSignIns(users, createPasswords(config.passwords), config.requiresVerifiedEmail)).toBe(
      predicted.canSignIn,
    );
  },
);
