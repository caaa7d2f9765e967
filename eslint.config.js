// ESLint looks for its configuration here; what is in it lives with its packages.
export { default } from './tooling/lint/src/eslint.config.js';
