import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import importRules from './import-rules.js';
import { buildWorkspaces, homeOf, type Files } from './workspace-fixture.ts';

const workspace = buildWorkspaces();
afterAll(workspace.tearDown);

/** An import in a file, and the file that it leads to (or its name, when it leads nowhere). */
type Import = [file: string, code: string, leadsTo: string];
type Case = { stops: Import[]; allows: Import[]; beside?: Files };

const api = 'apps/api/src/index.ts';
const client = 'apps/api/src/client.ts';
const auth = 'packages/auth/src/index.ts';
const config = 'packages/config/src/index.ts';
const db = 'packages/db/src/index.ts';
const dbTools = 'packages/db-tools/src/index.ts';
const http = 'packages/http/src/index.ts';
const migrator = 'packages/migrator/src/index.ts';
const userImport = 'packages/user-import/src/index.ts';

const transport = 'apps/web/src/server/api-transport.ts';
const hooks = 'apps/web/src/hooks.server.ts';
const page = 'apps/web/src/routes/+page.svelte';

const cases: Record<string, Case> = {
  'The web app knows only the API, config and http': {
    stops: [
      [hooks, `import { value } from '@latchkey/db';`, db],
      [hooks, `import type { User } from '@latchkey/db';`, db],
      [hooks, `type User = import('@latchkey/db').User;`, db],
      [hooks, `export * from '@latchkey/auth';`, auth],
      [hooks, `await import('@latchkey/cli');`, 'apps/cli/src/index.ts'],
      [hooks, `import { value } from '@latchkey/mailer';`, 'packages/mailer/src/index.ts'],
      [transport, `import { value } from '@latchkey/db';`, db],
      [page, component(`import { value } from '@latchkey/auth';`), auth],
      ['apps/web/src/lib/count.svelte.ts', `import { value } from '@latchkey/db';`, db],
    ],
    allows: [
      [hooks, `import { value } from '@latchkey/config';`, config],
      [hooks, `import { value } from '@latchkey/http';`, http],
      [page, component(`import { value } from '@latchkey/http';`), http],
    ],
  },
  'Only the transport runs the API inside the web app': {
    stops: [
      [hooks, `import { value } from '@latchkey/api';`, api],
      [hooks, `await import('@latchkey/api');`, api],
      [hooks, `export { value } from '@latchkey/api';`, api],
      [hooks, `import '@latchkey/api';`, api],
      [hooks, `import { value, type Router } from '@latchkey/api';`, api],
      ['apps/web/src/server/other.ts', `import { value } from '@latchkey/api';`, api],
      [page, component(`import { value } from '@latchkey/api';`), api],
      [page, `<script module lang="ts">import { value } from '@latchkey/api';</script>`, api],
    ],
    allows: [
      [hooks, `import type { Router } from '@latchkey/api';`, api],
      [hooks, `type Router = import('@latchkey/api').Router;`, api],
      [hooks, `import { value } from '@latchkey/api/client';`, client],
      [page, component(`import { value } from '@latchkey/api/client';`), client],
      [transport, `import { value } from '@latchkey/api';`, api],
      [transport, `await import('@latchkey/api');`, api],
      ['tooling/e2e/src/app.ts', `import { value } from '@latchkey/api';`, api],
    ],
  },
  'The API knows no other app': {
    stops: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/web';`, 'apps/web/src/index.ts'],
      ['apps/api/src/main.ts', `import type { Options } from '@latchkey/cli';`, 'apps/cli/src/index.ts'],
    ],
    allows: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/auth';`, auth],
      ['apps/api/src/main.ts', `import { value } from '@latchkey/db';`, db],
      ['apps/api/src/main.ts', `import { value } from './index.ts';`, api],
    ],
  },
  'The commands know nothing of the web app': {
    stops: [['apps/cli/src/users.ts', `import { value } from '@latchkey/web';`, 'apps/web/src/index.ts']],
    allows: [
      ['apps/cli/src/users.ts', `import { value } from '@latchkey/api';`, api],
      ['apps/cli/src/users.ts', `import { value } from '@latchkey/db';`, db],
    ],
  },
  'A package knows no app': {
    stops: [
      ['packages/auth/src/auth.ts', `import { value } from '@latchkey/api';`, api],
      ['packages/db/src/seed.ts', `import type { Options } from '@latchkey/cli';`, 'apps/cli/src/index.ts'],
      ['packages/mailer/src/send.ts', `import { value } from '@latchkey/api/client';`, client],
    ],
    allows: [['packages/mailer/src/send.ts', `import { value } from '@latchkey/config';`, config]],
  },
  'What is stored knows no tool': {
    stops: [
      ['packages/db/src/open.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/db/src/open.ts', `import type { Copy } from '@latchkey/db-tools';`, dbTools],
      ['packages/db/src/open.test.ts', `await import('@latchkey/user-import');`, userImport],
    ],
    allows: [
      ['packages/migrator/src/upgrade.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db-tools/src/copy.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/db';`, db],
    ],
  },
  'The migrator, db-tools and user-import stand on db': {
    stops: [
      ['packages/migrator/src/upgrade.ts', `import { value } from '@latchkey/db-tools';`, dbTools],
      ['packages/db-tools/src/seed.ts', `import { value } from '@latchkey/user-import';`, userImport],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/db-tools';`, dbTools],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/auth';`, auth],
    ],
    allows: [
      ['packages/db-tools/src/copy.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/user-import/src/import.test.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/user-import/src/import.ts', `import { z } from 'zod';`, outside('zod')],
    ],
  },
  'Auth and db know nothing of each other': {
    stops: [
      ['packages/auth/src/auth.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/auth';`, auth],
      ['packages/db/src/seed.test.ts', `import type { User } from '@latchkey/auth';`, auth],
    ],
    allows: [
      ['packages/auth/src/auth.ts', `import { value } from './index.ts';`, auth],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/config';`, config],
    ],
  },
  'Config and http stand on their own': {
    stops: [
      ['packages/config/src/read.ts', `import { value } from '@latchkey/http';`, http],
      ['packages/http/src/cookie.ts', `import type { Config } from '@latchkey/config';`, config],
      [
        'packages/http/src/cookie.ts',
        `import { value } from '@latchkey/mailer';`,
        'packages/mailer/src/index.ts',
      ],
    ],
    allows: [
      ['packages/config/src/read.ts', `import { value } from './index.ts';`, config],
      ['packages/config/src/read.ts', `import { z } from 'zod';`, outside('zod')],
      ['packages/http/src/cookie.ts', `import { createServer } from 'node:http';`, 'http'],
    ],
  },
  'What is shipped needs no tooling': {
    stops: [
      ['apps/api/src/main.test.ts', `import { value } from '@latchkey/e2e';`, 'tooling/e2e/src/index.ts'],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/e2e';`, 'tooling/e2e/src/index.ts'],
    ],
    allows: [['tooling/e2e/src/app.ts', `import { value } from '@latchkey/db';`, db]],
  },
  'Only auth imports Lucia and oslo': {
    stops: [
      ['apps/api/src/main.ts', `import { Lucia } from 'lucia';`, outside('lucia')],
      ['packages/db/src/seed.ts', `import { Argon2id } from 'oslo/password';`, outside('oslo')],
      ['packages/db/src/seed.ts', `import { TimeSpan } from 'oslo';`, outside('oslo')],
      [
        'packages/db/src/seed.ts',
        `import type { A } from '@lucia-auth/adapter-sqlite';`,
        outside('@lucia-auth/adapter-sqlite'),
      ],
      [page, component(`import { Lucia } from 'lucia';`), outside('lucia')],
    ],
    allows: [
      ['packages/auth/src/auth.ts', `import { Lucia } from 'lucia';`, outside('lucia')],
      [
        'packages/auth/src/auth.ts',
        `import { A } from '@lucia-auth/adapter-sqlite';`,
        outside('@lucia-auth/adapter-sqlite'),
      ],
    ],
  },
  'Only db and the tools on top of it import MikroORM and the database drivers': {
    stops: [
      ['apps/api/src/main.ts', `import { MikroORM } from '@mikro-orm/core';`, outside('@mikro-orm/core')],
      ['apps/cli/src/db.ts', `await import('@mikro-orm/sqlite');`, outside('@mikro-orm/sqlite')],
      [
        'packages/auth/src/auth.ts',
        `import type { Database } from 'better-sqlite3';`,
        outside('better-sqlite3'),
      ],
      ['tooling/e2e/src/app.ts', `import { Pool } from 'pg';`, outside('pg')],
      ['apps/web/src/hooks.ts', `import { createPool } from 'mysql2';`, outside('mysql2')],
    ],
    allows: [
      ['packages/db/src/open.ts', `import { MikroORM } from '@mikro-orm/core';`, outside('@mikro-orm/core')],
      ['packages/db/src/open.ts', `import { Pool } from 'pg';`, outside('pg')],
      ['packages/migrator/src/run.ts', `import { Type } from '@mikro-orm/core';`, outside('@mikro-orm/core')],
      ['packages/db-tools/src/copy.ts', `import { Pool } from 'mysql2';`, outside('mysql2')],
      ['packages/user-import/src/read.ts', `import Sqlite from 'better-sqlite3';`, outside('better-sqlite3')],
      ['apps/api/src/main.ts', `import { types } from 'pg-types';`, outside('pg-types')],
      ['apps/api/src/main.ts', `import { Pool } from 'node-pg';`, outside('node-pg')],
    ],
  },
  'Only the web app imports SvelteKit': {
    stops: [
      [
        'packages/http/src/cookie.ts',
        `import type { Cookies } from '@sveltejs/kit';`,
        outside('@sveltejs/kit'),
      ],
      ['apps/api/src/main.ts', `import { redirect } from '@sveltejs/kit';`, outside('@sveltejs/kit')],
      ['packages/http/src/cookie.ts', `import { env } from '$app/env';`, '$app/env'],
    ],
    allows: [[hooks, `import { redirect } from '@sveltejs/kit';`, outside('@sveltejs/kit')]],
  },
  'No imports go in a circle': {
    stops: [
      ['packages/db/src/a.ts', `import './b.ts';`, 'packages/db/src/b.ts'],
      ['packages/db/src/a.ts', `import type { B } from './b.ts';`, 'packages/db/src/b.ts'],
      ['packages/db/src/a.ts', `await import('./b.ts');`, 'packages/db/src/b.ts'],
    ],
    allows: [['packages/db/src/a.ts', `import './c.ts';`, 'packages/db/src/c.ts']],
    beside: {
      'packages/db/src/b.ts': `import './c.ts'; export * from './a.ts';`,
      'packages/db/src/c.ts': '',
    },
  },
  'A package is entered only through its exports': {
    stops: [
      ['apps/api/src/main.ts', `import { value } from '../../../packages/db/src/index.ts';`, db],
      [
        'apps/api/src/main.ts',
        `import { deep } from '../../../packages/db/src/deep.ts';`,
        'packages/db/src/deep.ts',
      ],
      ['tooling/e2e/src/app.ts', `import type { A } from '../../../apps/api/src/index.ts';`, api],
      [
        'tooling/e2e/src/app.test.ts',
        `await import('../../../packages/db/src/deep.ts');`,
        'packages/db/src/deep.ts',
      ],
    ],
    allows: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db/src/entities/user.ts', `import { deep } from '../deep.ts';`, 'packages/db/src/deep.ts'],
      [page, component(`import { deep } from '#lib/deep.ts';`), 'apps/web/src/lib/deep.ts'],
    ],
    beside: { 'packages/db/src/deep.ts': '', 'apps/web/src/lib/deep.ts': '' },
  },
  'Every import leads somewhere': {
    stops: [
      [
        'apps/api/src/main.ts',
        `import { value } from '@latchkey/db/src/deep.ts';`,
        '@latchkey/db/src/deep.ts',
      ],
      ['apps/api/src/main.ts', `import { value } from './gone.ts';`, './gone.ts'],
      ['apps/api/src/main.ts', `import type { Gone } from '@latchkey/gone';`, '@latchkey/gone'],
      [page, component(`import { value } from './gone.ts';`), './gone.ts'],
    ],
    allows: [
      ['apps/api/src/main.ts', `import { DatabaseSync } from 'node:sqlite';`, 'node:sqlite'],
      ['apps/web/src/routes/+page.server.ts', `import type { Actions } from './$types';`, './$types'],
      [page, component(`import { page } from '$app/state';`), '$app/state'],
      ['apps/api/src/main.ts', `import type { Value } from 'only-types';`, outside('only-types')],
      ['apps/api/src/main.ts', `import { value } from 'only-import';`, outside('only-import')],
      ['apps/api/src/main.ts', `import { value } from 'only-node';`, outside('only-node')],
      ['apps/api/src/main.ts', `import { value } from 'only-default';`, outside('only-default')],
    ],
    beside: { 'packages/db/src/deep.ts': '' },
  },
  'Every outside package is declared where it is imported': {
    stops: [
      ['apps/api/src/main.ts', `import { value } from 'stray';`, outside('stray')],
      ['tooling/e2e/src/app.ts', `import type { Value } from 'stray';`, outside('stray')],
      [page, component(`import { value } from 'stray';`), outside('stray')],
    ],
    allows: [['apps/api/src/main.ts', `import { z } from 'zod';`, outside('zod')]],
  },
};

test('every rule has its cases, and nothing else has', () => {
  expect(Object.keys(cases)).toEqual(importRules.forbidden?.map(({ name }) => name));
});

for (const [rule, { stops, allows, beside = {} }] of Object.entries(cases)) {
  test.for(stops)(`${rule}: stops %s with %s`, async ([file, code, leadsTo]) => {
    const { broken, imports } = await look({ ...beside, [file]: code }, file);

    expect(imports).toContain(leadsTo);
    expect(broken).toContainEqual({ rule, from: file, to: leadsTo });
    expect(new Set(broken.map((violation) => violation.rule))).toEqual(new Set([rule]));
  });

  test.for(allows)(`${rule}: allows %s with %s`, async ([file, code, leadsTo]) => {
    const { broken, imports } = await look({ ...beside, [file]: code }, file);

    expect(imports).toContain(leadsTo);
    expect(broken).toEqual([]);
  });
}

test('the command fails, names the rule and says why when an import breaks it', () => {
  const { status, stdout } = runCommand({
    'packages/auth/src/auth.ts': `import { value } from '@latchkey/db';`,
  });

  expect(stdout).toContain(
    'Auth and db know nothing of each other: packages/auth/src/auth.ts → packages/db/src/index.ts',
  );
  expect(stdout).toContain('Either can be replaced alone.');
  expect(status).toBe(1);
});

test('the command fails also at 256 broken imports, where an exit code starts over', () => {
  const imports = Array.from({ length: 256 }, (_, index) => `import './gone-${index}.ts';`);
  const { status, stdout } = runCommand({ 'packages/auth/src/auth.ts': imports.join('\n') });

  expect(stdout).toContain('256 dependency violations');
  expect(status).toBe(1);
});

test('the command succeeds without a warning when no import breaks a rule', () => {
  const { status, stdout, stderr } = runCommand({
    'apps/api/src/main.ts': `import { value } from '@latchkey/db';`,
  });

  expect(stdout).toContain('no dependency violations found');
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('what tools have built is not read', async () => {
  const bundle = 'apps/web/build/server.ts';
  const { broken } = await look({ [bundle]: `import { value } from '@latchkey/db';` }, bundle);

  expect(broken).toEqual([]);
});

/** The imports found in a file, and all rule violations in a repository that has these files. */
async function look(files: Files, file: string) {
  onTestFinished(workspace.add(files));

  const { output } = await cruise(['apps', 'packages', 'tooling'], {
    ...importRules.options,
    baseDir: workspace.root,
    validate: true,
    ruleSet: { forbidden: importRules.forbidden ?? [] },
  });
  if (typeof output === 'string') throw new Error(output);

  return {
    imports: output.modules
      .find(({ source }) => source === file)
      ?.dependencies.map(({ resolved }) => resolved),
    broken: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

/** As `pnpm import-rules` does it. */
function runCommand(files: Files) {
  onTestFinished(workspace.add(files));

  const program = resolve(import.meta.dirname, 'check-import-rules.js');
  return spawnSync(process.execPath, [program], { cwd: workspace.root, encoding: 'utf8' });
}

/** A component that only imports. */
function component(code: string) {
  return `<script lang="ts">${code}</script>`;
}

function outside(name: string) {
  return `${homeOf(name)}/index.js`;
}
