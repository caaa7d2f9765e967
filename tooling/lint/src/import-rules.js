/**
 * Which workspace may import which: `web → api → auth, db`. check-import-rules.js checks the sources against these
 * rules; import-rules.test.ts has forbidden and allowed imports for every rule.
 */

/** @type {import('dependency-cruiser').DependencyType[]} */
const erasedWithTheTypes = ['type-only', 'type-import'];

/** An outside package by name, wherever pnpm has put it, and also when nobody has installed it. */
const outside = (/** @type {string[]} */ ...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;

/** @type {NonNullable<import('dependency-cruiser').IConfiguration['forbidden']>} */
const forbidden = [
  {
    name: 'The web app knows only the API, config and http',
    comment:
      'Pages store nothing and decide nothing about identity. What they need goes through the API, so every front end gets the same answers.',
    from: { path: '^apps/web/' },
    to: {
      path: '^(apps|packages|tooling)/',
      pathNot: ['^apps/(web|api)/', '^packages/(config|http)/'],
    },
  },
  {
    name: 'Only the transport runs the API inside the web app',
    comment:
      'Types and the typed client may be imported anywhere. The API itself (database, password hashing) is started in one place, so it can also run as a process of its own and never ends up in a browser bundle.',
    from: { path: '^apps/web/', pathNot: '^apps/web/src/server/api-transport\\.ts$' },
    to: {
      path: '^apps/api/',
      pathNot: '^apps/api/src/client\\.ts$',
      dependencyTypesNot: erasedWithTheTypes,
    },
  },
  {
    name: 'The API knows no other app',
    comment: 'The web app and the commands are two of its users; there may be others.',
    from: { path: '^apps/api/' },
    to: { path: '^apps/', pathNot: '^apps/api/' },
  },
  {
    name: 'The commands know nothing of the web app',
    comment: 'Administering a system must work without its pages.',
    from: { path: '^apps/cli/' },
    to: { path: '^apps/web/' },
  },
  {
    name: 'A package knows no app',
    comment: 'Packages are what apps are built from; an import upwards would tie them to one of them.',
    from: { path: '^packages/' },
    to: { path: '^apps/' },
  },
  {
    name: 'What is stored knows no tool',
    comment:
      'Migrating, backing up, copying and importing are done to a database. Each of them may import db; db runs without them, and is read without them.',
    from: { path: '^packages/db/' },
    to: { path: '^packages/(migrator|db-tools|user-import)/' },
  },
  {
    name: 'The migrator, db-tools and user-import stand on db',
    comment:
      'Each of them is a tool for a database and can be replaced alone. The migrator may be imported by the other two, since a copy, a restore and a test begin with a current schema.',
    from: { path: '^packages/(migrator|db-tools|user-import)/' },
    to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/(db|migrator)/'] },
  },
  {
    name: 'Auth and db know nothing of each other',
    comment:
      'Auth asks for a session adapter and a user loader, db offers both, and the API brings them together. Either can be replaced alone.',
    from: { path: '^packages/(auth|db)/' },
    to: { path: '^packages/(auth|db)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'Config and http stand on their own',
    comment: 'Everything may import them, so whatever they imported would come along everywhere.',
    from: { path: '^packages/(config|http)/' },
    to: { path: '^(apps|packages|tooling)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'What is shipped needs no tooling',
    comment: 'Tooling checks and starts the product from outside; the product runs without it.',
    from: { path: '^(apps|packages)/' },
    to: { path: '^tooling/' },
  },
  {
    name: 'Only auth imports Lucia and oslo',
    comment: 'They are no longer developed. Wrapped in one package, replacing them touches one folder.',
    from: { pathNot: '^packages/auth/' },
    to: { path: outside('lucia', '@lucia-auth/[^/]+', 'oslo') },
  },
  {
    name: 'Only db and the tools on top of it import MikroORM and the database drivers',
    comment:
      'What is kept, and in which engine, is known in these packages; all others ask their functions. This holds for types too: an entity that leaves db as an ORM type would carry the ORM with it.',
    from: { pathNot: '^packages/(db|migrator|db-tools|user-import)/' },
    to: { path: outside('@mikro-orm/[^/]+', 'better-sqlite3', 'pg', 'mysql2') },
  },
  {
    name: 'Only the web app imports SvelteKit',
    comment: 'Everything below speaks plain Request and Response, so another framework could stand here.',
    from: { pathNot: '^apps/web/' },
    to: { path: outside('@sveltejs/kit', '\\$app') },
  },
  {
    name: 'No imports go in a circle',
    comment:
      'A circle has no first file to read, and at run time one of its files sees the others half-loaded. Types count too: a shared type belongs in a file of its own.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'A package is entered only through its exports',
    comment:
      'src/index.ts is the whole public face. A relative path around it makes every file public; a name inside that is not exported does not resolve at all.',
    from: { path: '^((?:apps|packages|tooling)/[^/]+)/' },
    to: {
      path: '^(apps|packages|tooling)/',
      pathNot: '^$1/',
      dependencyTypes: ['local'],
    },
  },
  {
    name: 'Every import leads somewhere',
    comment:
      'pnpm links only what a package declares: an import that does not resolve is a slip, an undeclared package, or a file that is not exported.',
    from: {},
    // SvelteKit makes these while it runs: $app/state, $app/env/…, and the types of a page beside it.
    to: { couldNotResolve: true, pathNot: ['^\\$app(/|$)', '^[./]+/\\$types$'] },
  },
  {
    name: 'Every outside package is declared where it is imported',
    comment: 'Otherwise it is there only by the luck of what others have installed.',
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
        // How tests are run is no part of the product, and the same everywhere.
        '/vitest\\.config\\.ts$',
      ],
    },
    doNotFollow: { path: 'node_modules' },
    // Types are imports too; each rule says whether it lets them pass.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node'],
    },
  },
};
