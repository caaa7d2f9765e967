// A world for the tests: a clone as small as the bootstrap accepts, with an npx and a turbo that do in milliseconds
// what the real ones leave behind.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const BOOTSTRAP = import.meta.dirname;
/** After our own commands the system's, for scripts that call them. */
const SYSTEM_PATH = '/usr/bin:/bin';

/** What a run of the stand-in for npx leaves, as pnpm would. It notes its arguments in `npx.log`. */
const NPX = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, symlinkSync, writeFileSync, existsSync, copyFileSync, chmodSync } = require('node:fs');
appendFileSync('npx.log', JSON.stringify({ arguments: process.argv.slice(2), NODE_ENV: process.env.NODE_ENV }) + '\\n');
if (existsSync('npx.says')) {
  process.stdout.write(require('node:fs').readFileSync('npx.says', 'utf8'));
  const isOnline = !process.argv.includes('--prefer-offline') && existsSync('npx.knows-online');
  if (isOnline || existsSync('npx.fails-late')) install();
  if (!isOnline) process.exit(1);
} else install();
function install() {
  mkdirSync('node_modules/node/bin', { recursive: true });
  mkdirSync('node_modules/.bin', { recursive: true });
  writeFileSync('node_modules/.modules.yaml', 'installed: all\\n');
  if (!existsSync('node_modules/node/bin/node')) symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');
  copyFileSync('turbo.stub', 'node_modules/.bin/turbo');
  chmodSync('node_modules/.bin/turbo', 0o755);
}
`;

/** The stand-in for turbo builds the web app, and answers a whole pipeline with what \`pipeline.json\` says. */
const TURBO = `#!/usr/bin/env node
const { mkdirSync, writeFileSync, readFileSync, appendFileSync, existsSync } = require('node:fs');
const { dirname } = require('node:path');
appendFileSync('turbo.log', process.argv.slice(2).join(' ') + '\\n');
if (existsSync('build.fails') && !process.argv.includes('--summarize')) { console.log('no such component'); process.exit(2); }
mkdirSync('apps/web/build', { recursive: true });
if (process.argv.includes('--summarize')) {
  const { tasks, files = {}, exitCode = 0 } = JSON.parse(readFileSync('pipeline.json', 'utf8'));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  }
  mkdirSync('.turbo/runs', { recursive: true });
  writeFileSync('.turbo/runs/1.json', JSON.stringify({ tasks, chromium: process.env.LATCHKEY_CHROMIUM }));
  process.exit(exitCode);
}
`;

/** A server that says where it is and ends when it is asked to. */
const SERVER = `
console.log('ready on http://localhost:' + (process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
`;

/**
 * A clone in which nothing is installed. It is gone when the test is over.
 *
 * @returns what a test does with it; paths are relative to its root
 */
export function bareClone() {
  const machine = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey-bootstrap-')));
  onTestFinished(() => rmSync(machine, { recursive: true, force: true }));
  const root = join(machine, 'clone');
  const commands = join(machine, 'commands');

  /** @type {(path: string, content: string) => void} */
  const write = (path, content) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  /** @type {(path: string) => string} */
  const read = (path) => readFileSync(join(root, path), 'utf8');
  /** @type {(path: string) => string[]} */
  const lines = (path) => (existsSync(join(root, path)) ? read(path).trimEnd().split('\n') : []);

  write('package.json', JSON.stringify({ packageManager: 'pnpm@9.8.7', devDependencies: { node: '1.2.3' } }));
  write(
    'pnpm-workspace.yaml',
    "packages:\n  - apps/*\n  - 'packages/*' # all of them\n\ncatalog:\n  - not/this\n",
  );
  write('pnpm-lock.yaml', 'lockfileVersion: 9\n');
  write('apps/web/package.json', JSON.stringify({ name: '@latchkey/web' }));
  write('apps/web/src/server/main.ts', SERVER);
  write('packages/db/package.json', JSON.stringify({ name: '@latchkey/db' }));
  /** @type {(path: string, content: string) => void} */
  const writeCommand = (path, content) => {
    write(path, content);
    chmodSync(join(root, path), 0o755);
  };
  writeCommand('../commands/npx', NPX);
  write('turbo.stub', TURBO);
  for (const file of readdirSync(BOOTSTRAP).filter((name) => /^[a-z-]+\.mjs$/.test(name))) {
    cpSync(join(BOOTSTRAP, file), join(root, 'tooling/bootstrap', file));
  }
  const PATH = [commands, dirname(process.execPath), SYSTEM_PATH].join(':');

  return {
    root,
    write,
    writeCommand,
    read,
    lines,
    PATH,
    /** A path with nothing but what the scripts need. */
    barePath: () => {
      const folder = join(machine, 'bare');
      mkdirSync(folder);
      symlinkSync(process.execPath, join(folder, 'node'));
      symlinkSync('/usr/bin/env', join(folder, 'env'));
      return `${commands}:${folder}`;
    },
    has: (/** @type {string} */ path) => existsSync(join(root, path)),
    remove: (/** @type {string} */ path) => rmSync(join(root, path), { recursive: true, force: true }),
    /** Runs one of the bootstrap's commands as the host's Node would. */
    run: (/** @type {string[]} */ command, /** @type {Record<string, string>} */ environment = {}) =>
      running(root, command, { PATH, HOME: root, ...environment }),
  };
}

/**
 * @param {string} root
 * @param {string[]} command
 * @param {Record<string, string>} env
 */
function running(root, command, env) {
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
  }
  const closed = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));

  return {
    child,
    output,
    /** Resolves when it has printed this. */
    async prints(/** @type {string} */ text) {
      while (!output.stdout.includes(text) && !output.stderr.includes(text)) {
        const [what] = await Promise.race([
          once(child.stdout, 'data'),
          once(child.stderr, 'data'),
          closed.then(() => ['end']),
        ]);
        const isThere = output.stdout.includes(text) || output.stderr.includes(text);
        if (what === 'end' && !isThere)
          throw new Error(`It ended without "${text}":\n${output.stdout}${output.stderr}`);
      }
    },
    /** Resolves when it has ended. */
    async ends() {
      const [code] = await closed;
      return { code, ...output };
    },
  };
}
