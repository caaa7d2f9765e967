import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** What a process with a log writes to its standard error. */
async function stderrOf(statement: string): Promise<string> {
  const script = `
    import { createLog } from ${JSON.stringify(import.meta.resolve('./log.ts'))};
    const log = createLog('info');
    ${statement}
  `;
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])).stderr;
}

test.each(['cookie', 'authorization', 'password', 'passwordHash', 'token'])(
  'the log hides the value of %s [T31]',
  async (name) => {
    const line = await stderrOf(`log.info({ request: { ${name}: 'not for the log' } }, 'a request');`);
    expect(JSON.parse(line)).toMatchObject({ msg: 'a request', request: { [name]: '[hidden]' } });
    expect(line).not.toContain('not for the log');
  },
);

test('the SQL that a driver adds to its error is not logged [T31]', async () => {
  const broken = `Object.assign(new Error('broken'), { code: 'ER_LOCK', sql: "insert 'argon2'", parameters: ['argon2'] })`;
  const line = await stderrOf(`log.error({ err: new Error('outer', { cause: ${broken} }) }, 'unforeseen');`);
  expect(JSON.parse(line)).toMatchObject({
    err: { message: 'outer', cause: { message: 'broken', code: 'ER_LOCK' } },
  });
  expect(line).not.toContain('argon2');
  expect(JSON.parse(line)).not.toHaveProperty('err.cause.sql');
  expect(JSON.parse(line)).not.toHaveProperty('err.cause.parameters');
});

test('an error is logged in one line', async () => {
  const lines = (await stderrOf(`log.error({ err: new Error('broken') }, 'unforeseen');`)).trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'unforeseen', err: { message: 'broken' } });
});
