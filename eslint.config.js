// ESLint looks for its configuration here; the rules live with their packages. (They have another name there, since
// ESLint takes the nearest `eslint.config.js` above a file and reads all paths from its folder.)
export { default } from './tooling/lint/src/eslint-rules.js';
