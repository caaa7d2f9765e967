import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { problemsOf } from './problems.fixture.ts';
import { readConfig } from './read-config.ts';
import { workspaceRoot } from './workspace-root.ts';

const url = 'postgres://app:tiger@db/app';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function createFile(content: string | Buffer): string {
  const path = join(createFolder(), 'secret');
  writeFileSync(path, content);
  return path;
}

test('every secret can be read from a file', () => {
  const config = readConfig({
    DATABASE_URL_FILE: createFile(url),
    API_URL_FILE: createFile('http://127.0.0.1:4000'),
    SMTP_URL_FILE: createFile('smtp://app:tiger@mail.example.com'),
    PASSWORD_PEPPER_FILE: createFile('2026:a-long-random-secret'),
    DEVISE_PEPPER_FILE: createFile('a pepper'),
  });
  expect(config).toMatchObject({
    databaseUrl: url,
    apiUrl: 'http://127.0.0.1:4000',
    mail: { smtpUrl: 'smtp://app:tiger@mail.example.com' },
    passwords: { peppers: [{ id: '2026', secret: 'a-long-random-secret' }], devisePepper: 'a pepper' },
  });
});

test.each([
  ['a line break at the end', 'pepper\n'],
  ['a Windows line break', 'pepper\r\n'],
  ['empty lines at the end', 'pepper\n\n'],
  ['a byte order mark', '\uFEFFpepper\n'],
])('%s of a file is not part of the secret', (_, content) => {
  expect(readConfig({ DEVISE_PEPPER_FILE: createFile(content) }).passwords.devisePepper).toBe('pepper');
});

test('spaces of a file are part of the secret', () => {
  expect(readConfig({ DEVISE_PEPPER_FILE: createFile(' pepper \n') }).passwords.devisePepper).toBe(
    ' pepper ',
  );
});

test('a relative path starts at the workspace root', () => {
  const path = relative(workspaceRoot, createFile(url));
  expect(readConfig({ DATABASE_URL_FILE: path }).databaseUrl).toBe(url);
});

test('an empty variable for a file counts as unset', () => {
  expect(readConfig({ DATABASE_URL_FILE: '', DATABASE_URL: url }).databaseUrl).toBe(url);
});

test('a secret and its file together are an error', () => {
  expect(problemsOf({ DATABASE_URL: url, DATABASE_URL_FILE: createFile(url) })).toBe(
    'DATABASE_URL_FILE: found a path, but DATABASE_URL is set too; expected only one of DATABASE_URL and DATABASE_URL_FILE.',
  );
});

test.each([
  ['does not exist', () => '/nonexistent/secret'],
  ['does not exist', () => join(createFile(''), 'below-a-file')],
  ['is a folder', createFolder],
  ['is empty', () => createFile('')],
  ['is empty', () => createFile('\uFEFF\r\n')],
  ['is not UTF-8 text', () => createFile(Buffer.from('\uFEFFpostgres://app', 'utf16le'))],
])('a file that %s is an error with its path', (reason, create) => {
  const path = create();
  expect(problemsOf({ SMTP_URL_FILE: path })).toBe(
    `SMTP_URL_FILE: found "${path}", which ${reason}; expected the path of a file that contains SMTP_URL.`,
  );
});

test('an error about the content of a file does not show it [T31]', () => {
  const message = problemsOf({ SMTP_URL_FILE: createFile('http://susan:tiger@mail.example.com') });
  expect(message).toBe(
    'SMTP_URL_FILE: found content that is not shown, as it may contain a secret; expected smtp://host:port or smtps://host:port.',
  );
});

test.each([url, '2026:tiger-tiger-tiger', 'tiger', `/${'tiger'.repeat(100)}`])(
  'a secret in place of the path is not shown [T31]: %s',
  (secret) => {
    expect(problemsOf({ DATABASE_URL_FILE: secret })).not.toContain('tiger');
  },
);

test('problems with files and with values are reported together', () => {
  const message = problemsOf({ SMTP_URL_FILE: '/nonexistent/secret', PORT: 'abc' });
  expect(message.split('\n').map((line) => line.split(':')[0])).toEqual(['SMTP_URL_FILE', 'PORT']);
});
