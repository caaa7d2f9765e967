import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findEditor, openInEditor } from './edit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch key $HOME '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An editor that records its arguments and exits. */
async function editor(exitCode = 0): Promise<{ script: string; received: () => Promise<unknown> }> {
  const [script, note] = [join(folder, 'editor.mjs'), join(folder, 'received.json')];
  await writeFile(
    script,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(note)}, JSON.stringify(process.argv.slice(2)));
     process.exit(${exitCode});`,
  );
  return { script, received: async () => JSON.parse(await readFile(note, 'utf8')) as unknown };
}

describe('an editor', () => {
  test('receives its options and the files, whatever characters their paths have', async () => {
    const { script, received } = await editor();
    const files = [join(folder, 'one file.ts'), join(folder, 'another "file".ts')];
    await openInEditor(`node '${script}' --wait`, files);
    expect(await received()).toEqual(['--wait', ...files]);
  });

  test('that fails is an error with its exit code', async () => {
    const { script } = await editor(3);
    await expect(openInEditor(`node '${script}'`, ['one.ts'])).rejects.toThrow(
      `node '${script}' failed with exit code 3.`,
    );
  });

  test('that is missing is an error', async () => {
    await expect(openInEditor('no-such-editor', ['one.ts'])).rejects.toThrow(
      'no-such-editor failed with exit code 127.',
    );
  });
});

describe('the editor to use', () => {
  test.each([
    [{ VISUAL: 'code --wait', EDITOR: 'vi' }, 'code --wait'],
    [{ VISUAL: '', EDITOR: 'vi' }, 'vi'],
    [{ EDITOR: 'vi' }, 'vi'],
    [{}, null],
  ])('for %j is %s', (env, named) => {
    expect(findEditor(env)).toBe(named);
  });

  test('is required: without it, the files are listed', async () => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env['VISUAL'];
    delete env['EDITOR'];
    const program = join(import.meta.dirname, '../db.ts');
    const message = await new Promise<string>((resolve) => {
      execFile(process.execPath, [program, 'edit', 'head'], { env }, (_error, _out, err) => {
        resolve(err);
      });
    });
    expect(message).toMatch(/^Set EDITOR to your editor\. The files are:\n.*\/sqlite\/Migration/);
  });
});
