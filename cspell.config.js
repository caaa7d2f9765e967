// Editors look for the spelling check's settings here; they live with their package.
export { default } from './tooling/lint/src/spelling-options.js';
