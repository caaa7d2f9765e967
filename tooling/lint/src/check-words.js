// `pnpm words [PATH…]`: checks spelling and forbidden phrases in the given files and folders, or everywhere.
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from 'cspell';
import { findForbiddenPhrases } from './find-forbidden-phrases.js';

/**
 * @typedef {object} Finding
 * @property {string} file
 * @property {number} line counted from 1, as the column
 * @property {number} column
 * @property {string} message
 */

const CHECKED = ['**/*.{ts,js,mjs,svelte,md,html,css,yaml}', '.ci/*'];
/** Written by tools, or published and therefore fixed, as migrations are. */
const UNCHECKED =
  /^(node_modules|build|\.svelte-kit|\.turbo|artifacts|\.latchkey|migrations|pnpm-lock\.yaml)$/;
/** These contain the phrases as data. */
const PHRASE_LISTS = /^(forbidden-phrases|check-words)(\.test)?\.[jt]s$/;

const root = process.cwd();
const given = process.argv.slice(2);
const files = (given.length > 0 ? given : ['.']).flatMap(listFiles);

const findings = [...files.flatMap(findPhrases), ...(await findUnknownWords(files))].sort(
  (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column,
);
for (const { file, line, column, message } of findings) console.log(`${file}:${line}:${column}  ${message}`);
if (findings.length === 0) {
  console.log(`✔ no unknown words and no forbidden phrases (${files.length} files)`);
} else {
  console.log(`✘ ${findings.length} findings. Add terms of the field to tooling/lint/src/project-words.txt.`);
  process.exitCode = 1;
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return globSync(CHECKED, { cwd: path, exclude: (entry) => UNCHECKED.test(basename(entry)) }).map((file) =>
    join(path, file),
  );
}

/**
 * @param {string} file
 * @returns {Finding[]}
 */
function findPhrases(file) {
  if (PHRASE_LISTS.test(basename(file))) return [];
  return findForbiddenPhrases(readFileSync(file, 'utf8')).map(({ phrase, instead, line, column }) => ({
    file,
    line,
    column,
    message: `"${phrase}": use ${instead}`,
  }));
}

/**
 * @param {string[]} checked
 * @returns {Promise<Finding[]>}
 */
async function findUnknownWords(checked) {
  /** @type {Finding[]} */
  const found = [];
  const config = resolve(import.meta.dirname, 'spelling-options.js');
  const result = await lint(
    [],
    {
      config,
      root,
      files: checked,
      dot: true,
      gitignore: false,
      cache: true,
      cacheStrategy: 'content',
      cacheLocation: join(root, 'node_modules/.cache/cspell'),
    },
    {
      issue({ uri = '', row, col, text }) {
        const file = relative(root, fileURLToPath(uri));
        found.push({ file, line: row, column: col, message: `unknown word "${text}"` });
      },
      error(message, error) {
        throw new Error(message, { cause: error });
      },
    },
  );
  // cspell silently skips files that its settings exclude.
  if (result.files !== checked.length)
    throw new Error(`cspell read ${result.files} of ${checked.length} files.`);
  return found;
}
