/**
 * Which workspace may import which: `web → api → auth, db`. check-import-rules.js checks the sources against these
 * rules; import-rules.test.ts has forbidden and allowed imports for every rule.
 */

/** @type {import('dependency-cruiser').DependencyType[]} */
const typeOnlyImports = ['type-only', 'type-import'];

/** Matches external packages by name: the paths where pnpm installs them, and unresolved imports. */
const external = (/** @type {string[]} */ ...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;

/** @type {NonNullable<import('dependency-cruiser').IConfiguration['forbidden']>} */
const forbidden = [
  {
    name: 'The web app imports only the API, config and http',
    comment: 'Pages get data and identities only from the API, so every front end gets the same answers.',
    from: { path: '^apps/web/' },
    to: {
      path: '^(apps|packages|tooling)/',
      pathNot: ['^apps/(web|api)/', '^packages/(config|http)/'],
    },
  },
  {
    name: 'Only api-transport.ts runs the API in the web app',
    comment:
      'Types and the typed client may be imported anywhere. The implementation (database, password hashing) has one entry point, so it can run in its own process and is never part of a browser bundle.',
    from: { path: '^apps/web/', pathNot: '^apps/web/src/server/api-transport\\.ts$' },
    to: {
      path: '^apps/api/',
      pathNot: '^apps/api/src/client\\.ts$',
      dependencyTypesNot: typeOnlyImports,
    },
  },
  {
    name: 'The API imports no other app',
    comment: 'The web app and the commands are clients of the API. Others may follow.',
    from: { path: '^apps/api/' },
    to: { path: '^apps/', pathNot: '^apps/api/' },
  },
  {
    name: 'The commands do not import the web app',
    comment: 'Administration must work without the pages.',
    from: { path: '^apps/cli/' },
    to: { path: '^apps/web/' },
  },
  {
    name: 'Packages import no app',
    comment: 'An import of an app would make a package usable only with that app.',
    from: { path: '^packages/' },
    to: { path: '^apps/' },
  },
  {
    name: 'db imports no database tool',
    comment:
      'Migrator, backup, copy and import depend on db. db runs without them and can be read without them.',
    from: { path: '^packages/db/' },
    to: { path: '^packages/(migrator|db-tools|user-import)/' },
  },
  {
    name: 'The database tools import only db and the migrator',
    comment:
      'Each tool can be replaced alone. All may import the migrator, because a copy, a restore and a test start from a current schema.',
    from: { path: '^packages/(migrator|db-tools|user-import)/' },
    to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/(db|migrator)/'] },
  },
  {
    name: 'auth and db do not import each other',
    comment:
      'auth takes a session adapter and a user loader as parameters, db provides both, and the API connects them. Either package can be replaced alone.',
    from: { path: '^packages/(auth|db)/' },
    to: { path: '^packages/(auth|db)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'config and http import no other workspace',
    comment: 'All apps import them, and would get the dependencies of the other workspace too.',
    from: { path: '^packages/(config|http)/' },
    to: { path: '^(apps|packages|tooling)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'Apps and packages do not import tooling',
    comment: 'Tooling starts and checks the product from outside. The product runs without it.',
    from: { path: '^(apps|packages)/' },
    to: { path: '^tooling/' },
  },
  {
    name: 'Only auth imports Lucia and oslo',
    comment: 'Both are no longer maintained. Only one package would change if they are replaced.',
    from: { pathNot: '^packages/auth/' },
    to: { path: external('lucia', '@lucia-auth/[^/]+', 'oslo') },
  },
  {
    name: 'Only db and the database tools import MikroORM and drivers',
    comment:
      'Other workspaces call the functions of these packages, independent of the ORM and the engine. Types count too: an exported ORM type would make the importing workspace depend on the ORM.',
    from: { pathNot: '^packages/(db|migrator|db-tools|user-import)/' },
    to: { path: external('@mikro-orm/[^/]+', 'better-sqlite3', 'pg', 'mysql2') },
  },
  {
    name: 'Only the web app imports SvelteKit',
    comment:
      'The API and the packages use the standard Request and Response, so they work with another framework.',
    from: { pathNot: '^apps/web/' },
    to: { path: external('@sveltejs/kit', '\\$app') },
  },
  {
    name: 'No circular imports',
    comment:
      'At run time, one module of a cycle runs before its imports are initialized. Types count too: move a shared type into a separate file.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'Workspaces are imported only through their exports',
    comment:
      'The exports in package.json are the public interface. A relative path into another workspace bypasses them.',
    from: { path: '^((?:apps|packages|tooling)/[^/]+)/' },
    to: {
      path: '^(apps|packages|tooling)/',
      pathNot: '^$1/',
      dependencyTypes: ['local'],
    },
  },
  {
    name: 'Every import resolves',
    comment:
      'pnpm links only declared packages. An import that does not resolve is misspelled, not declared, or not exported.',
    from: {},
    // SvelteKit generates these: $app/state, $app/env/…, and the types of a route.
    to: { couldNotResolve: true, pathNot: ['^\\$app(/|$)', '^[./]+/\\$types$'] },
  },
  {
    name: 'Every external package is declared where it is imported',
    comment: 'An undeclared package is found only while another workspace happens to install it.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    exclude: {
      path: [
        '(^|/)(apps|packages|tooling)/[^/]+/(build|\\.svelte-kit|\\.turbo|artifacts|data)/',
        // The configurations of the tests import tooling/bootstrap.
        '/vitest\\.config\\.ts$',
      ],
    },
    doNotFollow: { path: 'node_modules' },
    // Includes type imports. A rule that allows them excludes them itself.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node'],
    },
  },
};
