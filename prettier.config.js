// Prettier requires its configuration in the root. The options are in tooling/lint.
export { default } from './tooling/lint/src/prettier-options.js';
