import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeSpansOf, fencesOf, type Fence } from './markdown.ts';
import { madeFolders, root } from './repository.ts';

/** A copy of the repository in a temporary folder, in which one can do what a page says. */
export type Walkthrough = {
  /**
   * Does what the page says, in its order: writes the files it shows in full, adds the lines of its `diff` blocks, and
   * moves what its `mv` lines move.
   */
  follow(page: string): void;
  /** Runs a script of a workspace's package.json. */
  runScript(workspace: string, script: string): Promise<Ended>;
  /** Runs a file in the pinned Node, from the root. */
  runNode(file: string, env?: Record<string, string>): Promise<Ended>;
  /** Serves the built site over a database of its own. */
  serve(): Promise<{ url: string; stop(): Promise<void> }>;
  /** Removes the copy, and ends a site that is still running. */
  remove(): void;
};

export type Ended = { exitCode: number; output: string };

export function copyRepository(): Walkthrough {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-docs-'));
  for (const path of ['apps', 'packages', 'tooling/typescript', 'package.json']) {
    // pnpm's links are relative: those to other workspaces lead to their copies.
    cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true, filter: isSource });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const sites: ChildProcess[] = [];

  return {
    follow(page) {
      for (const block of fencesOf(page)) follow(copy, block);
    },
    runScript: (workspace, script) => runNode(join(copy, workspace), ['--run', script]),
    runNode: (file, env) => runNode(copy, [file], env),
    serve: () => serve(copy, sites),
    remove() {
      for (const site of sites) site.kill('SIGKILL');
      rmSync(copy, { recursive: true });
    },
  };
}

/** Sources, and the links among the modules; nothing that was built or written by tools. */
function isSource(path: string): boolean {
  const name = basename(path);
  if (name === 'node_modules') return true;
  return !madeFolders.has(name) && !['$app', '.vite', '.vite-temp'].includes(name);
}

function follow(copy: string, { language, code, leadIn }: Fence): void {
  if (language === 'sh') {
    for (const line of code.split('\n')) move(copy, line);
    return;
  }
  const path = codeSpansOf(leadIn).findLast((span) => /^(apps|packages|tooling)\//.test(span));
  if (!path) throw new Error(`Before this block no file is named:\n${code}`);
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, language === 'diff' ? withLines(readFileSync(file, 'utf8'), code) : code);
}

function move(copy: string, line: string): void {
  const [, from, to] = /^mv '([^']+)' '([^']+)'$/.exec(line) ?? [];
  if (!from || !to) return;
  renameSync(join(copy, from), join(copy, to));
}

/**
 * Adds the `+` lines of a diff, each right after the line that stands before it there.
 * @throws Error when the file has no such line
 */
function withLines(text: string, diff: string): string {
  const lines = text.split('\n');
  let place = 0;
  for (const line of diff.split('\n')) {
    const content = line.slice(1);
    if (line.startsWith('+')) {
      lines.splice(place, 0, content);
      place += 1;
    } else if (content) {
      const found = lines.indexOf(content, place);
      if (found < 0) throw new Error(`There is no line "${content}".`);
      place = found + 1;
    }
  }
  return lines.join('\n');
}

function runNode(folder: string, options: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { cwd: folder, env: { ...bareEnvironment(), ...env } };
    const child = execFile(process.execPath, options, settings, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? 1, output: stdout + stderr });
    });
  });
}

async function serve(copy: string, sites: ChildProcess[]) {
  const settings = { PORT: '0', DATABASE_URL: `sqlite:${join(copy, 'data/app.db')}`, LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, ['apps/web/src/server/main.ts'], {
    cwd: copy,
    env: { ...bareEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  sites.push(child);
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ready on (\S+)$/.exec(line) ?? [];
    if (!url) continue;
    return {
      url,
      async stop() {
        child.kill('SIGTERM');
        if (child.exitCode === null) await once(child, 'exit');
      },
    };
  }
  throw new Error('The site ended before it was ready.');
}

/** Nothing of how whoever runs the tests has set up a site of their own. */
const bareEnvironment = () => ({ PATH: process.env['PATH'] });
