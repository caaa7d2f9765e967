import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

// A copy of the site with more routes. The code of all routes in it is changed, so that it records each run.

const web = resolve(import.meta.dirname, '..');

export type Copy = {
  folder: string;
  /** The ids of all routes. */
  routes: string[];
  addRoute(file: string, code: string): Promise<void>;
  build(): Promise<{ exitCode: number | null; output: string }>;
  serve(): Promise<{ url: string; stop(): Promise<void> }>;
  /** The code that has run, as `walk file export`, where `walk` is the parameter or the header of the request. */
  runs(): Promise<string[]>;
  remove(): Promise<void>;
};

/** @param routes the source of each added file, by its path in `src/routes` */
export async function copySite(routes: Record<string, string>): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-pages-'));
  for (const path of ['src', 'static', 'package.json', 'tsconfig.json', 'vite.config.ts']) {
    await cp(join(web, path), join(folder, path), { recursive: true });
  }
  await linkModules(folder);
  const config = await readFile(join(folder, 'vite.config.ts'), 'utf8');
  const withRemoteFunctions = config.replace(
    'sveltekit({',
    'sveltekit({ experimental: { remoteFunctions: true },',
  );
  if (withRemoteFunctions === config) throw new Error('vite.config.ts does not call sveltekit({ … }).');
  await writeFile(join(folder, 'vite.config.ts'), withRemoteFunctions);

  const copy: Copy = {
    folder,
    routes: [],
    async addRoute(file, code) {
      const path = join(folder, 'src/routes', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, code);
    },
    build: () => build(folder),
    serve: () => serve(folder),
    runs: async () => (await readFile(join(folder, 'runs.txt'), 'utf8')).split('\n').filter(Boolean),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  for (const [file, code] of Object.entries(routes)) await copy.addRoute(file, code);
  copy.routes = await recordRuns(join(folder, 'src/routes'));
  await writeFile(join(folder, 'runs.txt'), '');
  return copy;
}

/** Links to the installed packages. Not to their folder, because SvelteKit writes into it. */
async function linkModules(folder: string): Promise<void> {
  const names = (await readdir(join(web, 'node_modules'))).filter((name) => !/^(\$app|\.vite.*)$/.test(name));
  await mkdir(join(folder, 'node_modules'));
  for (const name of names)
    await symlink(join(web, 'node_modules', name), join(folder, 'node_modules', name));
}

/** Changes the modules of all routes. @returns the ids of the routes */
async function recordRuns(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  const modules = files.filter((file) => /(\+.*|\.remote)\.ts$/.test(file));
  for (const file of modules) {
    const code = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), file.endsWith('.remote.ts') ? code : withRecording(code, file));
  }
  const routes = files.filter((file) => /^\+(page\.svelte|server\.ts)$/.test(basename(file)));
  return [...new Set(routes.map((file) => `/${dirname(file)}`.replace(/^\/\.$/, '/')))];
}

const entryPoints = 'load|actions|fallback|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS';

/** The source of a module whose functions record that they run. */
function withRecording(code: string, file: string): string {
  const found: string[] = [];
  const renamed = code.replace(
    new RegExp(`^export (const|function|async function) (${entryPoints})\\b`, 'gm'),
    (_, kind: string, name: string) => {
      found.push(name);
      return `${kind} real_${name}`;
    },
  );
  if (new RegExp(`^export .*\\b(${entryPoints})\\b`, 'm').test(renamed)) {
    throw new Error(`${file} exports a function in a form that this test does not know.`);
  }
  const exported = found.map((name) =>
    name === 'actions'
      ? `export const actions = Object.fromEntries(Object.entries(real_actions).map(([name, action]) => [name, recorded('actions.' + name, action)]));`
      : `export const ${name} = recorded('${name}', real_${name});`,
  );
  return `${renamed}\n${recorder(file)}\n${exported.join('\n')}\n`;
}

/** A universal `load` has no request, only an address. */
const recorder = (file: string) => `
const recorded = (name: string, real: any): any => (event: any) => {
  const walk = event.url.searchParams.get('walk') ?? event.request?.headers.get('x-walk') ?? '-';
  globalThis.process?.getBuiltinModule('node:fs').appendFileSync('runs.txt', [walk, ${JSON.stringify(file)}, name].join(' ') + '\\n');
  return real(event);
};`;

async function build(folder: string): Promise<{ exitCode: number | null; output: string }> {
  const vite = join(folder, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build'], { cwd: folder, env: { PATH: process.env['PATH'] } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, output };
}

async function serve(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(folder, 'src/server/main.ts')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'app.db')}`,
      LOG_LEVEL: 'error',
      PASSWORD_HASHING: 'fast',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
