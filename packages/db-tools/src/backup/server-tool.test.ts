import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTool, withMysqlTool } from './server-tool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a server's program", () => {
  test('whose input cannot be read to its end has failed, whatever it says itself', async () => {
    const cat = { path: '/bin/cat', first: [], env: process.env };
    await expect(runTool(cat, [], { input: folder })).rejects.toMatchObject({ reason: 'no_file' });
  });

  test('is of use when it ends before it has read everything', async () => {
    const file = join(folder, 'large');
    await writeFile(file, Buffer.alloc(10_000_000));
    await runTool({ path: '/bin/true', first: [], env: process.env }, [], { input: file });
  });
});

describe('the programs of MySQL and MariaDB', () => {
  const optionsFor = (mode: string) =>
    withMysqlTool(
      'mariadb',
      `mysql://susan@localhost/app?ssl-mode=${mode}`,
      async ({ first: [option = ''] }) => {
        const text = await readFile(option.slice('--defaults-extra-file='.length), 'utf8');
        const [, ca] = /^ssl-ca="(.*)"$/m.exec(text) ?? [];
        return ca === undefined ? null : readFile(ca, 'utf8');
      },
    );

  test('trust who the application trusts, when a certificate is looked at and none is named', async () => {
    expect(await optionsFor('VERIFY_CA')).toContain('-----BEGIN CERTIFICATE-----');
    expect(await optionsFor('REQUIRED')).toBeNull();
  });
});
