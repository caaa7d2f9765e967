import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startTestApi, type TestApi } from '@latchkey/api/testing';
import { createUserStore } from '@latchkey/db';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

/** Users of a Flask application with Flask-SQLAlchemy. The hashes are made by Werkzeug 2.3 and 3.1. */
const flaskUsers = [
  [
    'zoe',
    'cat',
    'scrypt:32768:8:1$a1B2c3D4e5F6g7H8$8701cd4450c4ba276e6700d9d1f7c6392639763f4fc2cbe4f66d938df789de4c71a21e0b3e4a6ef6d0b42f72f7cc9db769bdc3e4e72469a26078faef78066504',
  ],
  [
    'yann',
    'cat',
    'pbkdf2:sha256:600000$tHt3cWiyACWYHVCs$47eda1d5a41600613f4ae625063015d4ece95fd4ef7d81386404712530db0ede',
  ],
  ['xena', 'dog', 'pbkdf2:sha1:260000$tFlQ61fjNr5EDir0$1c4de30f976bc8ea18fd700536e663121994bdee'],
] as const;

let app: TestApi;
beforeEach(async () => {
  app = await startTestApi();
  const flask = new DatabaseSync(join(folder(), 'flask.db'));
  flask.exec(
    'CREATE TABLE user (id INTEGER NOT NULL, username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(256), PRIMARY KEY (id))',
  );
  const insert = flask.prepare('INSERT INTO user (username, email, password_hash) VALUES (?, ?, ?)');
  for (const [username, , hash] of flaskUsers) insert.run(username, `${username}@flask.example`, hash);
  flask.close();
});
afterEach(() => app.stop());

const folder = () => join(app.databaseUrl.slice('sqlite:'.length), '..');

async function importFromFlask(): Promise<string> {
  const words = ['import', '--from', 'flask', '--source', `sqlite:${join(folder(), 'flask.db')}`, '--yes'];
  const { code, out, err } = await runCommand('users', words, { env: { DATABASE_URL: app.databaseUrl } });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

test('users of Flask sign in with their passwords, which are Argon2id afterwards', async () => {
  expect(await importFromFlask()).toContain('Added 3 users.');

  const users = createUserStore(app.database);
  for (const [username, password, hash] of flaskUsers) {
    expect((await users.findByLogin(username))?.passwordHash).toBe(hash);
    await expect(app.browser().api.auth.login.mutate({ username, password: 'wrong' })).rejects.toMatchObject({
      data: { reason: 'invalid_credentials' },
    });

    for (const login of [username, `${username}@flask.example`]) {
      const { user } = await app.browser().api.auth.login.mutate({ username: login, password });
      expect(user.username).toBe(username);
    }
    expect((await users.findByLogin(username))?.passwordHash).toMatch(/^\$argon2id\$/);
  }
});

test('importing twice adds each user once', async () => {
  await importFromFlask();
  expect(await importFromFlask()).toContain('No new users.');
  expect(await createUserStore(app.database).list()).toHaveLength(6 + flaskUsers.length);
});
