import { spawnSync } from 'node:child_process';
import { findCodeSpans, findFences } from './markdown.ts';
import { isFile, readManifest, read, root, workspaces } from './repository.ts';

/** Commands of npm and pnpm themselves, as far as the pages use them. */
const ownCommands = ['install', 'exec'];

/** The npm and pnpm commands of a page, in blocks for a shell and in backticks. */
export function findCommands(page: string): string[] {
  const lines = findFences(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .map((line) => line.replace(/\s#.*$/, '').trim());
  return [...lines, ...findCodeSpans(page)]
    .flatMap((line) => line.split(/\s(?:&&|\|)\s/))
    .map((command) => command.replace(/^(?:[A-Z_]+=\S* )+/, ''))
    .filter((command) => /^(?:npx )?p?npm \S/.test(command));
}

/** Why a command does not exist; null when it does. */
export function checkCommand(command: string): string | null {
  const [tool, ...words] = command.replace(/^npx /, '').split(/\s+/);
  const [first = '', second, third] = words;
  if (ownCommands.includes(first) || isPlaceholder(first)) return null;
  if (tool === 'npm') return checkScript('.', first === 'run' ? second : first);
  if (first === '--filter') return checkFilter(second, third);
  if (first === 'turbo') return checkTask(second === 'run' ? third : second);
  return checkScript('.', first) ?? (second ? checkSubcommand(first, second) : null);
}

const isPlaceholder = (word: string) => /^[<…]/.test(word);

function checkScript(workspace: string, name = ''): string | null {
  const { scripts = {} } = readManifest(workspace);
  return name in scripts ? null : `${workspace}/package.json has no script "${name}"`;
}

function checkFilter(name = '', script = ''): string | null {
  const workspace = workspaces.find((folder) => readManifest(folder).name === name);
  return workspace ? checkScript(workspace, script) : `there is no workspace "${name}"`;
}

function checkTask(task = ''): string | null {
  return new RegExp(`"(?://#)?${task}": \\{`).test(read('turbo.json'))
    ? null
    : `turbo.json has no task "${task}"`;
}

/** A script that runs one of our programs lists its commands in its help. */
function checkSubcommand(script: string, word: string): string | null {
  const [, program = ''] = /(?:^| )node (\S+\.ts)$/.exec(readManifest('.').scripts?.[script] ?? '') ?? [];
  if (!isFile(program) || isPlaceholder(word) || word.startsWith('-')) return null;
  return listSubcommands(program).includes(word) ? null : `"pnpm ${script}" has no command "${word}"`;
}

function listSubcommands(program: string): string[] {
  const known =
    helpTexts.get(program) ?? spawnSync(process.execPath, [program, '--help'], { cwd: root }).stdout;
  helpTexts.set(program, known);
  const [, list = ''] = /^Commands:\n([^]*)$/m.exec(String(known)) ?? [];
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
}

const helpTexts = new Map<string, Buffer>();
