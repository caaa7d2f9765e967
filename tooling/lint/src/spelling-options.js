import { resolve } from 'node:path';

/**
 * The settings of the spelling check: American English, the words of our tools, and project-words.txt.
 *
 * @type {import('cspell').CSpellSettings}
 */
export default {
  language: 'en',
  dictionaryDefinitions: [{ name: 'project', path: resolve(import.meta.dirname, 'project-words.txt') }],
  dictionaries: [
    'project',
    'software-terms',
    'typescript',
    'node',
    'npm',
    'html',
    'css',
    'svelte',
    'sql',
    'bash',
  ],
  ignoreRegExpList: [
    'Email',
    'Urls',
    // Names and texts in other languages are test data.
    '/[\\p{L}\\p{M}]*[^\\p{ASCII}\\P{L}][\\p{L}\\p{M}]*/gu',
    '/%[0-9A-F]{2}/g',
    // Password hashes as in `$argon2id$v=19$…`, and tokens: small letters, capitals and digits in one word.
    '/\\$[\\w-]+\\$[^\\s\'"`]+/g',
    '/(?<![\\w+./])(?=[\\w+./]*\\d)(?=[\\w+./]*[A-Z])(?=[\\w+./]*[a-z])[\\w+./]{20,}/g',
    // Error codes of SQLite, MySQL and Node.
    '/\\b(?:SQLITE|ER|E)_?[A-Z_]{6,}/g',
  ],
  overrides: [
    // Column names of other systems, written without capitals and underscores.
    { filename: '**/packages/{user-import,moving}/src/**', ignoreRegExpList: ["/'[a-z]+'/g"] },
  ],
};
