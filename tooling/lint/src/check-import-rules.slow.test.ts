import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { buildWorkspaces, type Files } from './workspace-fixture.ts';

const workspace = buildWorkspaces();
afterAll(workspace.tearDown);

test('the command fails with the rule, the import and the reason, for 256 errors too', () => {
  // 256 as an exit code would be a success.
  const imports = Array.from({ length: 255 }, (_, index) => `import './missing-${index}.ts';`);
  const { status, stdout } = runCommand({
    'packages/auth/src/auth.ts': [`import { value } from '@latchkey/db';`, ...imports].join('\n'),
  });

  expect(stdout).toContain(
    'auth and db do not import each other: packages/auth/src/auth.ts → packages/db/src/index.ts',
  );
  expect(stdout).toContain('Either package can be replaced alone.');
  expect(stdout).toContain('256 dependency violations');
  expect(status).toBe(1);
});

test('the command succeeds without a warning if no import violates a rule', () => {
  const { status, stdout, stderr } = runCommand({
    'apps/api/src/main.ts': `import { value } from '@latchkey/db';`,
  });

  expect(stdout).toContain('no dependency violations found');
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

/** Runs the check of `pnpm import-rules`. */
function runCommand(files: Files) {
  onTestFinished(workspace.add(files));

  const program = resolve(import.meta.dirname, 'check-import-rules.js');
  return spawnSync(process.execPath, [program], { cwd: workspace.root, encoding: 'utf8' });
}
