// Prettier looks for its configuration here; the options live with their packages.
export { default } from './tooling/lint/src/prettier-options.js';
