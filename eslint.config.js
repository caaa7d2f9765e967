// ESLint requires its configuration in the root. The rules are in tooling/lint, under another file name, because ESLint
// uses the `eslint.config.js` that is nearest to a file and resolves paths from its folder.
export { default } from './tooling/lint/src/eslint-rules.js';
