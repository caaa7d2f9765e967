import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { editorOf, openInEditor } from './edit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch key $HOME '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An editor that writes down what it was given, and ends. @returns the file in which it does */
async function editor(exitCode = 0): Promise<{ script: string; given: () => Promise<unknown> }> {
  const [script, note] = [join(folder, 'editor.mjs'), join(folder, 'given.json')];
  await writeFile(
    script,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(note)}, JSON.stringify(process.argv.slice(2)));
     process.exit(${exitCode});`,
  );
  return { script, given: async () => JSON.parse(await readFile(note, 'utf8')) as unknown };
}

describe('an editor', () => {
  test('is given the files whole and its own options, wherever the clone is', async () => {
    const { script, given } = await editor();
    const files = [join(folder, 'one file.ts'), join(folder, 'another "file".ts')];
    await openInEditor(`node '${script}' --wait`, files);
    expect(await given()).toEqual(['--wait', ...files]);
  });

  test('that fails is told, with its exit code', async () => {
    const { script } = await editor(3);
    await expect(openInEditor(`node '${script}'`, ['one.ts'])).rejects.toThrow(
      `node '${script}' ended with exit code 3.`,
    );
  });

  test('that is not there is told', async () => {
    await expect(openInEditor('no-such-editor', ['one.ts'])).rejects.toThrow(
      'no-such-editor ended with exit code 127.',
    );
  });
});

describe('the editor that is meant', () => {
  test.each([
    [{ VISUAL: 'code --wait', EDITOR: 'vi' }, 'code --wait'],
    [{ VISUAL: '', EDITOR: 'vi' }, 'vi'],
    [{ EDITOR: 'vi' }, 'vi'],
    [{}, null],
  ])('of %j is %s', (env, named) => {
    expect(editorOf(env)).toBe(named);
  });

  test('has to be named: without, the files are', async () => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env['VISUAL'];
    delete env['EDITOR'];
    const program = join(import.meta.dirname, '../db.ts');
    const told = await new Promise<string>((resolve) => {
      execFile(process.execPath, [program, 'edit', 'head'], { env }, (_error, _out, err) => {
        resolve(err);
      });
    });
    expect(told).toMatch(/^Set EDITOR to the editor that you use\. The files are:\n.*\/sqlite\/Migration/);
  });
});
