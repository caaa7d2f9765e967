import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigProblem } from './config-error.ts';
import { secretVariables } from './environment.ts';
import { workspaceRoot } from './workspace-root.ts';

/** The variable with the path of a file that contains a secret, as in the official images of PostgreSQL and MariaDB. */
export const fileVariableOf = (secret: string) => `${secret}_FILE`;

export type SecretsFromFiles = {
  /** The contents of the files, by the variable that they replace. */
  secrets: Record<string, string>;
  problems: ConfigProblem[];
};

/** Reads the secrets of an environment that are in files. A relative path starts at the workspace root. */
export function readSecretFiles(env: Readonly<Record<string, string>>): SecretsFromFiles {
  const secrets: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  for (const secret of secretVariables) {
    const variable = fileVariableOf(secret);
    const path = env[variable];
    if (path === undefined) continue;
    const found =
      env[secret] === undefined ? readSecret(path) : { problem: `a path, but ${secret} is set too` };
    if ('content' in found) secrets[secret] = found.content;
    else problems.push({ variable, found: found.problem, expected: expectedOf(secret, env) });
  }
  return { secrets, problems };
}

const expectedOf = (secret: string, env: Readonly<Record<string, string>>) =>
  env[secret] === undefined
    ? `the path of a file that contains ${secret}`
    : `only one of ${secret} and ${fileVariableOf(secret)}`;

/** @returns the content without a byte order mark and without the line breaks at its end, or what is wrong with the file */
function readSecret(path: string): { content: string } | { problem: string } {
  try {
    const content = utf8.decode(readFileSync(resolve(workspaceRoot, path))).replace(/[\r\n]+$/, '');
    return content === '' ? { problem: `${describePath(path)}, which is empty` } : { content };
  } catch (error) {
    return { problem: `${describePath(path)}, which ${reasonOf(error)}` };
  }
}

/** Leaves out a byte order mark; rejects UTF-16, which the redirection of Windows PowerShell writes. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Another value than a path with a slash or dot at its start may be the secret itself, by mistake. */
const describePath = (path: string) =>
  /^\.{0,2}\//.test(path) && path.length < 300
    ? JSON.stringify(path)
    : 'a path that is not shown, as it may be the secret';

function reasonOf(error: unknown): string {
  // The cast: errors of the file system and of the decoder have codes.
  const { code } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? `cannot be read (${code ?? 'unknown error'})`;
}

const reasons = new Map<string | undefined, string>([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EACCES', 'this user may not read'],
  ['EPERM', 'this user may not read'],
  ['EISDIR', 'is a folder'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'is not UTF-8 text'],
]);
