import { resolve } from 'node:path';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';

const components = ['**/*.svelte'];
const withRunes = [...components, '**/*.svelte.ts', '**/*.svelte.js'];
const withTypes = ['**/*.ts', ...components];
const withoutTypes = ['**/*.js', '**/*.mjs', '**/*.config.ts'];

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    '**/build/',
    '**/.svelte-kit/',
    '**/.turbo/',
    '**/artifacts/',
    'data/',
    '**/.snapshot*.json',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  js.configs.recommended,
  {
    rules: {
      // Servers use their logger. Commands print, and have an exception below.
      'no-console': 'error',
      // One import statement for values and types: `import { start, type Server } from './server.ts'`.
      'no-duplicate-imports': 'error',
      // Vitest reads a fixture's dependencies from its destructured parameter, even if there are none.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      'no-restricted-syntax': ['error', ...exclusiveTests(), ...longTestNames()],
    },
  },
  { files: ['apps/cli/**', 'tooling/**'], rules: { 'no-console': 'off' } },
  { files: withoutTypes, languageOptions: { globals: globals.node } },
  { files: ['apps/web/src/**', 'apps/web/static/**'], languageOptions: { globals: globals.browser } },

  {
    files: withTypes,
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: resolve(import.meta.dirname, '../../..'),
        // Also set for files that are not components: a different value would load every project twice.
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // Without its types, `import { type A }` becomes `import {}`, which still runs the module.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Implementations of async interfaces (in-memory adapters, handlers) may have nothing to await.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  // Asymmetric matchers like `expect.any(String)` have the type any.
  { files: ['**/*.test.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  // Configuration files are outside `src` and not in any tsconfig.json.
  { files: withoutTypes, extends: [typescript.configs.disableTypeChecked] },

  svelte.configs.recommended,
  { files: withRunes, languageOptions: { parserOptions: { parser: typescript.parser } } },
  {
    files: components,
    rules: {
      // TypeScript checks this, as in .ts files.
      'no-undef': 'off',
      // Only for sites with a base path. `__Host-` cookies require Path=/, so this site has none.
      'svelte/no-navigation-without-resolve': 'off',
      // dependency-cruiser compiles components and does not see their type imports. This rule checks them.
      'no-restricted-imports': ['error', { patterns: [internalModules()] }],
    },
  },
);

/** `test.only`, `describe.sequential.only`, `test('…', { only: true })`. */
function exclusiveTests() {
  const runner = '/^(test|it|describe|suite)$/';
  const message = 'The other tests of the file would not run.';
  return [
    `MemberExpression[property.name="only"][object.name=${runner}]`,
    `MemberExpression[property.name="only"] MemberExpression[object.name=${runner}]`,
    `CallExpression[callee.name=${runner}] > ObjectExpression > Property[key.name="only"]`,
  ].map((selector) => ({ selector, message }));
}

/** `test('…')` and `test.for(…)('…')` with more than 80 characters. */
function longTestNames() {
  const runner = '/^(test|it)$/';
  const message = 'A test name has at most 80 characters: one claim, in plain English.';
  return [`[callee.name=${runner}]`, `[callee.callee.object.name=${runner}]`].map((call) => ({
    selector: `CallExpression${call} > Literal.arguments:first-child[value.length>80]`,
    message,
  }));
}

/** Modules from which components may not import types. All other files are checked by import-rules.js. */
function internalModules() {
  return {
    regex:
      '^@latchkey/(?!(api|config|http)(/|$))|^(lucia|oslo|pg|mysql2|better-sqlite3)(/|$)|^@(lucia-auth|mikro-orm)/|^[./]+/(apps|packages|tooling)/',
    message: 'The web app may import only the API, config and http.',
  };
}
