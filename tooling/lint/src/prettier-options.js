import { fileURLToPath } from 'node:url';

// By path: Prettier would look for a plugin's name from the root, where pnpm does not put it.
const svelte = fileURLToPath(import.meta.resolve('prettier-plugin-svelte'));

/** @type {import('prettier').Config} */
export default {
  printWidth: 110,
  semi: true,
  singleQuote: true,
  trailingComma: 'all',
  plugins: [svelte],
  overrides: [{ files: '*.svelte', options: { parser: 'svelte' } }],
};
