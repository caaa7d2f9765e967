import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stepsOf, takeStep } from './follow-page.ts';
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
      for (const step of stepsOf(page)) takeStep(copy, step);
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
