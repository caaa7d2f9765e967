// Prettier looks for its configuration here; what is in it lives with its packages.
export { default } from './tooling/lint/src/prettier.config.js';
