// Editors require the settings of the spelling check in the root. The options are in tooling/lint.
export { default } from './tooling/lint/src/spelling-options.js';
