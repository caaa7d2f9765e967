import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseSteps, takeStep } from './follow-page.ts';
import { madeFolders, root } from './repository.ts';

/** A copy of the repository in a temporary folder, in which a guide can be followed. */
export type Walkthrough = {
  /**
   * Applies the steps of a page in order: writes the files it shows in full, adds the lines of its `diff` blocks, and
   * moves what its `mv` lines move.
   */
  follow(page: string): void;
  /** Runs a script of a workspace's package.json. */
  runScript(workspace: string, script: string): Promise<Ended>;
  /** Checks the types of workspaces in one run: they share most of what has to be loaded. */
  checkTypes(workspaces: readonly string[]): Promise<Ended>;
  /** Runs a file in the pinned Node, from the root. */
  runNode(file: string, env?: Record<string, string>): Promise<Ended>;
  /** Serves the built site with an empty database. */
  serve(): Promise<{ url: string; stop(): Promise<void> }>;
  /** Removes the copy, and ends the site if it runs. */
  remove(): void;
};

export type Ended = { exitCode: number; output: string };

export function copyRepository(): Walkthrough {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-docs-'));
  for (const path of ['apps', 'packages', 'tooling/typescript', 'package.json']) {
    // pnpm's links are relative, so those to other workspaces lead to their copies.
    cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true, filter: isSource });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const sites: ChildProcess[] = [];

  return {
    follow(page) {
      for (const step of parseSteps(page)) takeStep(copy, step);
    },
    runScript: (workspace, script) => runNode(join(copy, workspace), ['--run', script]),
    checkTypes(workspaces) {
      // In a workspace, from which TypeScript finds the types of Node.
      const folder = join(copy, workspaces[0] ?? '');
      const include = workspaces.map((workspace) => join(copy, workspace, 'src'));
      const options = { extends: '../../tooling/typescript/base.json', include };
      writeFileSync(join(folder, 'tsconfig.walkthrough.json'), JSON.stringify(options));
      return runNode(folder, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.walkthrough.json']);
    },
    runNode: (file, env) => runNode(copy, [file], env),
    serve: () => serve(copy, sites),
    remove() {
      for (const site of sites) site.kill('SIGKILL');
      rmSync(copy, { recursive: true });
    },
  };
}

/** Sources and the links in node_modules, without what was built or written by tools. */
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

/** Without the settings of the developer's own site. */
const bareEnvironment = () => ({ PATH: process.env['PATH'] });
