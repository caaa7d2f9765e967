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

describe('runTool', () => {
  test('fails if the input cannot be read, even if the program succeeds', async () => {
    const cat = { path: '/bin/cat', first: [], env: process.env };
    await expect(runTool(cat, [], { input: folder })).rejects.toMatchObject({ reason: 'no_file' });
  });

  test('succeeds if the program ends before it has read all input', async () => {
    const file = join(folder, 'large');
    await writeFile(file, Buffer.alloc(10_000_000));
    await runTool({ path: '/bin/true', first: [], env: process.env }, [], { input: file });
  });
});

describe('withMysqlTool', () => {
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

  test('uses the root certificates of Node if the certificate is verified', async () => {
    expect(await optionsFor('VERIFY_CA')).toContain('-----BEGIN CERTIFICATE-----');
    expect(await optionsFor('REQUIRED')).toBeNull();
  });
});
