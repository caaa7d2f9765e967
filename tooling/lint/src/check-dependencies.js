// Part of `pnpm import-rules`: checks that every declared dependency is used.
import { findUnusedDependencies } from './find-unused-dependencies.js';

/** Dependencies that are declared for another reason. */
const REASONS = new Map([['tooling/e2e @latchkey/web', 'turbo builds it before the tests']]);

const unused = findUnusedDependencies(process.cwd());
const errors = [
  ...unused
    .filter((entry) => !REASONS.has(entry))
    .map((entry) => `${entry.replace(' ', '/package.json declares ')}, but neither imports nor runs it.`),
  ...[...REASONS.keys()]
    .filter((entry) => !unused.includes(entry))
    .map((entry) => `check-dependencies.js lists "${entry}", which is used or not declared.`),
];
console.log(errors.length === 0 ? '✔ no unused dependencies' : errors.join('\n'));
process.exitCode = errors.length === 0 ? 0 : 1;
