// A minimal clone for the tests, with stubs of npx and turbo that create the files that the bootstrap expects.
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
/** System commands, for scripts that call them. */
const SYSTEM_PATH = '/usr/bin:/bin';

/**
 * A stub of npx that installs as pnpm does and logs its arguments to `npx.log`. It waits while `npx.pause` exists, and
 * fails if `npx.output` exists.
 */
const NPX = `#!/bin/sh
echo "$*\${NODE_ENV+ NODE_ENV=$NODE_ENV}" >>npx.log
while [ -e npx.pause ]; do sleep 0.05; done
install() {
  mkdir -p node_modules/node/bin node_modules/.bin
  echo 'installed: all' >node_modules/.modules.yaml
  [ -e node_modules/node/bin/node ] || ln -s '${process.execPath}' node_modules/node/bin/node
  cp turbo.stub node_modules/.bin/turbo
}
[ -e npx.output ] || { install; exit 0; }
cat npx.output
case "$*" in *--prefer-offline*) ;; *) [ ! -e npx.succeeds-online ] || { install; exit 0; } ;; esac
[ ! -e npx.installs-and-fails ] || install
exit 1
`;

/** A stub of turbo that builds the web app. A run with --summarize copies its results from the folder `pipeline`. */
const TURBO = `#!/bin/sh
echo "$*" >>turbo.log
case "$*" in
  *--summarize*)
    mkdir -p apps/web/build
    echo "$LATCHKEY_CHROMIUM" >chromium.txt
    cp -R pipeline/. .
    exit "$(cat pipeline.exit)"
    ;;
esac
[ ! -e build.fails ] || { echo 'no such component'; exit 2; }
mkdir -p apps/web/build
`;

/** A server that prints the ready line and ends on request. */
const SERVER = `
console.log('ready on http://localhost:' + (process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
`;

/**
 * A clone in which nothing is installed. It is deleted after the test.
 *
 * @returns functions that take paths relative to its root
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
    "packages:\n  - apps/*\n  - 'packages/*' # a comment\n\ncatalog:\n  - not/this\n",
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
  writeCommand('turbo.stub', TURBO);
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
    /** A PATH with only the commands that the scripts need. */
    barePath: () => {
      const folder = join(machine, 'bare');
      mkdirSync(folder);
      symlinkSync(process.execPath, join(folder, 'node'));
      for (const command of ['cat', 'cp', 'env', 'flock', 'ln', 'mkdir']) {
        symlinkSync(`/usr/bin/${command}`, join(folder, command));
      }
      return `${commands}:${folder}`;
    },
    has: (/** @type {string} */ path) => existsSync(join(root, path)),
    remove: (/** @type {string} */ path) => rmSync(join(root, path), { recursive: true, force: true }),
    /** Runs a command of the bootstrap with the host's Node. */
    run: (/** @type {string[]} */ command, /** @type {Record<string, string>} */ environment = {}) =>
      startProcess(root, command, { PATH, HOME: root, ...environment }),
  };
}

/**
 * @param {string} root
 * @param {string[]} command
 * @param {Record<string, string>} env
 */
function startProcess(root, command, env) {
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
    /** Resolves when the process has printed this text. */
    async prints(/** @type {string} */ text) {
      while (!output.stdout.includes(text) && !output.stderr.includes(text)) {
        const [what] = await Promise.race([
          once(child.stdout, 'data'),
          once(child.stderr, 'data'),
          closed.then(() => ['end']),
        ]);
        const isPrinted = output.stdout.includes(text) || output.stderr.includes(text);
        if (what === 'end' && !isPrinted)
          throw new Error(`The process ended without printing "${text}":\n${output.stdout}${output.stderr}`);
      }
    },
    /** Resolves when the process has ended. */
    async ends() {
      const [code] = await closed;
      return { code, ...output };
    },
  };
}
