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
      // What runs reports through its logger; who types a command reads its output.
      'no-console': 'error',
      // One statement a module, types beside values: `import { start, type Server } from './server.ts'`.
      'no-duplicate-imports': 'error',
      'no-restricted-syntax': ['error', ...testsRunAlone()],
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
        // The same for every file: another answer for components would load each project twice.
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // `import { type A }` leaves an `import {}` behind when Node strips the types, and runs the module.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Async for its shape (an adapter in memory, a handler): what it throws is a rejection all the same.
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
  // Vitest's `expect.any(String)` and its like are of type any, which a comparison can bear.
  { files: ['**/*.test.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  // Configuration files stand outside `src`, so outside every tsconfig.json.
  { files: withoutTypes, extends: [typescript.configs.disableTypeChecked] },

  svelte.configs.recommended,
  { files: withRunes, languageOptions: { parserOptions: { parser: typescript.parser } } },
  {
    files: components,
    rules: {
      // TypeScript knows better, as it does in .ts files.
      'no-undef': 'off',
      // For sites below a path. This one owns its origin (`__Host-` cookies have Path=/), so a link is a link.
      'svelte/no-navigation-without-resolve': 'off',
      // dependency-cruiser compiles components, which erases their type imports. This rule sees them.
      'no-restricted-imports': ['error', { patterns: [behindTheApi()] }],
    },
  },
);

/** `test.only`, `describe.sequential.only`, `test('…', { only: true })`: the rest of the file would not run. */
function testsRunAlone() {
  const runner = '/^(test|it|describe|suite)$/';
  const message = 'A test that runs alone hides all the others.';
  return [
    `MemberExpression[property.name="only"][object.name=${runner}]`,
    `MemberExpression[property.name="only"] MemberExpression[object.name=${runner}]`,
    `CallExpression[callee.name=${runner}] > ObjectExpression > Property[key.name="only"]`,
  ].map((selector) => ({ selector, message }));
}

/** What a page may not even take a type from: see import-rules.js, whose rules hold for all other files. */
function behindTheApi() {
  return {
    regex:
      '^@latchkey/(?!(api|config|http)(/|$))|^(lucia|oslo|pg|mysql2|better-sqlite3)(/|$)|^@(lucia-auth|mikro-orm)/|^[./]+/(apps|packages|tooling)/',
    message: 'The web app knows only the API, config and http.',
  };
}
