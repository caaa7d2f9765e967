import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../../..');
const { tasks } = readJson('turbo.json') as { tasks: Record<string, object> };
const shared = ts.parseJsonConfigFileContent(
  readJson('tooling/typescript/tsconfig.json'),
  ts.sys,
  join(root, 'tooling/typescript'),
);

// turbo runs `types` only for the workspaces that turbo.json names; the script of any other is for the command line.
test.for(globSync('{apps,packages,tooling}/*/tsconfig.json', { cwd: root }).map(dirname))(
  'a task checks the types of %s',
  (workspace) => {
    const { name } = readJson(join(workspace, 'package.json')) as { name: string };
    const isShared = shared.fileNames.some((file) => file.startsWith(join(root, workspace, 'src/')));
    expect([isShared, `${name}#types` in tasks].filter(Boolean)).toHaveLength(1);
  },
);

/** JSON with comments. The cast of its callers: the files are checked by the tools that they configure. */
function readJson(path: string): unknown {
  const { config, error } = ts.parseConfigFileTextToJson(path, readFileSync(join(root, path), 'utf8'));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return config;
}
