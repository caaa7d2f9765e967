import { fileURLToPath } from 'node:url';

// An absolute path: Prettier resolves plugin names from the root, where pnpm does not install this one.
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
