import { cruise } from 'dependency-cruiser';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import importRules from './import-rules.js';
import { buildWorkspaces, createHome, type Files } from './workspace-fixture.ts';

const workspace = buildWorkspaces();
afterAll(workspace.tearDown);

/** An import in a file, and the file that it resolves to (or its specifier, if it does not resolve). */
type Import = [file: string, code: string, resolvesTo: string];
type Case = { forbidden: Import[]; allowed: Import[]; also?: Files };

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
  'The web app imports only the API, config and http': {
    forbidden: [
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
    allowed: [
      [hooks, `import { value } from '@latchkey/config';`, config],
      [hooks, `import { value } from '@latchkey/http';`, http],
      [page, component(`import { value } from '@latchkey/http';`), http],
    ],
  },
  'Only api-transport.ts runs the API in the web app': {
    forbidden: [
      [hooks, `import { value } from '@latchkey/api';`, api],
      [hooks, `await import('@latchkey/api');`, api],
      [hooks, `export { value } from '@latchkey/api';`, api],
      [hooks, `import '@latchkey/api';`, api],
      [hooks, `import { value, type Router } from '@latchkey/api';`, api],
      ['apps/web/src/server/other.ts', `import { value } from '@latchkey/api';`, api],
      [page, component(`import { value } from '@latchkey/api';`), api],
      [page, `<script module lang="ts">import { value } from '@latchkey/api';</script>`, api],
    ],
    allowed: [
      [hooks, `import type { Router } from '@latchkey/api';`, api],
      [hooks, `type Router = import('@latchkey/api').Router;`, api],
      [hooks, `import { value } from '@latchkey/api/client';`, client],
      [page, component(`import { value } from '@latchkey/api/client';`), client],
      [transport, `import { value } from '@latchkey/api';`, api],
      [transport, `await import('@latchkey/api');`, api],
      ['tooling/e2e/src/app.ts', `import { value } from '@latchkey/api';`, api],
    ],
  },
  'The API imports no other app': {
    forbidden: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/web';`, 'apps/web/src/index.ts'],
      ['apps/api/src/main.ts', `import type { Options } from '@latchkey/cli';`, 'apps/cli/src/index.ts'],
    ],
    allowed: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/auth';`, auth],
      ['apps/api/src/main.ts', `import { value } from '@latchkey/db';`, db],
      ['apps/api/src/main.ts', `import { value } from './index.ts';`, api],
    ],
  },
  'The commands do not import the web app': {
    forbidden: [['apps/cli/src/users.ts', `import { value } from '@latchkey/web';`, 'apps/web/src/index.ts']],
    allowed: [
      ['apps/cli/src/users.ts', `import { value } from '@latchkey/api';`, api],
      ['apps/cli/src/users.ts', `import { value } from '@latchkey/db';`, db],
    ],
  },
  'Packages import no app': {
    forbidden: [
      ['packages/auth/src/auth.ts', `import { value } from '@latchkey/api';`, api],
      ['packages/db/src/seed.ts', `import type { Options } from '@latchkey/cli';`, 'apps/cli/src/index.ts'],
      ['packages/mailer/src/send.ts', `import { value } from '@latchkey/api/client';`, client],
    ],
    allowed: [['packages/mailer/src/send.ts', `import { value } from '@latchkey/config';`, config]],
  },
  'db imports no database tool': {
    forbidden: [
      ['packages/db/src/open.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/db/src/open.ts', `import type { Copy } from '@latchkey/db-tools';`, dbTools],
      ['packages/db/src/open.test.ts', `await import('@latchkey/user-import');`, userImport],
    ],
    allowed: [
      ['packages/migrator/src/upgrade.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db-tools/src/copy.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/db';`, db],
    ],
  },
  'The database tools import only db and the migrator': {
    forbidden: [
      ['packages/migrator/src/upgrade.ts', `import { value } from '@latchkey/db-tools';`, dbTools],
      ['packages/db-tools/src/seed.ts', `import { value } from '@latchkey/user-import';`, userImport],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/db-tools';`, dbTools],
      ['packages/user-import/src/import.ts', `import { value } from '@latchkey/auth';`, auth],
    ],
    allowed: [
      ['packages/db-tools/src/copy.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/user-import/src/import.test.ts', `import { value } from '@latchkey/migrator';`, migrator],
      ['packages/user-import/src/import.ts', `import { z } from 'zod';`, external('zod')],
    ],
  },
  'auth and db do not import each other': {
    forbidden: [
      ['packages/auth/src/auth.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/auth';`, auth],
      ['packages/db/src/seed.test.ts', `import type { User } from '@latchkey/auth';`, auth],
    ],
    allowed: [
      ['packages/auth/src/auth.ts', `import { value } from './index.ts';`, auth],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/config';`, config],
    ],
  },
  'config and http import no other workspace': {
    forbidden: [
      ['packages/config/src/read.ts', `import { value } from '@latchkey/http';`, http],
      ['packages/http/src/cookie.ts', `import type { Config } from '@latchkey/config';`, config],
      [
        'packages/http/src/cookie.ts',
        `import { value } from '@latchkey/mailer';`,
        'packages/mailer/src/index.ts',
      ],
    ],
    allowed: [
      ['packages/config/src/read.ts', `import { value } from './index.ts';`, config],
      ['packages/config/src/read.ts', `import { z } from 'zod';`, external('zod')],
      ['packages/http/src/cookie.ts', `import { createServer } from 'node:http';`, 'http'],
    ],
  },
  'Apps and packages do not import tooling': {
    forbidden: [
      ['apps/api/src/main.test.ts', `import { value } from '@latchkey/e2e';`, 'tooling/e2e/src/index.ts'],
      ['packages/db/src/seed.ts', `import { value } from '@latchkey/e2e';`, 'tooling/e2e/src/index.ts'],
    ],
    allowed: [['tooling/e2e/src/app.ts', `import { value } from '@latchkey/db';`, db]],
  },
  'Only auth imports Lucia and oslo': {
    forbidden: [
      ['apps/api/src/main.ts', `import { Lucia } from 'lucia';`, external('lucia')],
      ['packages/db/src/seed.ts', `import { Argon2id } from 'oslo/password';`, external('oslo')],
      ['packages/db/src/seed.ts', `import { TimeSpan } from 'oslo';`, external('oslo')],
      [
        'packages/db/src/seed.ts',
        `import type { A } from '@lucia-auth/adapter-sqlite';`,
        external('@lucia-auth/adapter-sqlite'),
      ],
      [page, component(`import { Lucia } from 'lucia';`), external('lucia')],
    ],
    allowed: [
      ['packages/auth/src/auth.ts', `import { Lucia } from 'lucia';`, external('lucia')],
      [
        'packages/auth/src/auth.ts',
        `import { A } from '@lucia-auth/adapter-sqlite';`,
        external('@lucia-auth/adapter-sqlite'),
      ],
    ],
  },
  'Only db and the database tools import MikroORM and drivers': {
    forbidden: [
      ['apps/api/src/main.ts', `import { MikroORM } from '@mikro-orm/core';`, external('@mikro-orm/core')],
      ['apps/cli/src/db.ts', `await import('@mikro-orm/sqlite');`, external('@mikro-orm/sqlite')],
      [
        'packages/auth/src/auth.ts',
        `import type { Database } from 'better-sqlite3';`,
        external('better-sqlite3'),
      ],
      ['tooling/e2e/src/app.ts', `import { Pool } from 'pg';`, external('pg')],
      ['apps/web/src/hooks.ts', `import { createPool } from 'mysql2';`, external('mysql2')],
    ],
    allowed: [
      ['packages/db/src/open.ts', `import { MikroORM } from '@mikro-orm/core';`, external('@mikro-orm/core')],
      ['packages/db/src/open.ts', `import { Pool } from 'pg';`, external('pg')],
      [
        'packages/migrator/src/run.ts',
        `import { Type } from '@mikro-orm/core';`,
        external('@mikro-orm/core'),
      ],
      ['packages/db-tools/src/copy.ts', `import { Pool } from 'mysql2';`, external('mysql2')],
      [
        'packages/user-import/src/read.ts',
        `import Sqlite from 'better-sqlite3';`,
        external('better-sqlite3'),
      ],
      ['apps/api/src/main.ts', `import { types } from 'pg-types';`, external('pg-types')],
      ['apps/api/src/main.ts', `import { Pool } from 'node-pg';`, external('node-pg')],
    ],
  },
  'Only the web app imports SvelteKit': {
    forbidden: [
      [
        'packages/http/src/cookie.ts',
        `import type { Cookies } from '@sveltejs/kit';`,
        external('@sveltejs/kit'),
      ],
      ['apps/api/src/main.ts', `import { redirect } from '@sveltejs/kit';`, external('@sveltejs/kit')],
      ['packages/http/src/cookie.ts', `import { env } from '$app/env';`, '$app/env'],
    ],
    allowed: [[hooks, `import { redirect } from '@sveltejs/kit';`, external('@sveltejs/kit')]],
  },
  'No circular imports': {
    forbidden: [
      ['packages/db/src/a.ts', `import './b.ts';`, 'packages/db/src/b.ts'],
      ['packages/db/src/a.ts', `import type { B } from './b.ts';`, 'packages/db/src/b.ts'],
      ['packages/db/src/a.ts', `await import('./b.ts');`, 'packages/db/src/b.ts'],
    ],
    allowed: [['packages/db/src/a.ts', `import './c.ts';`, 'packages/db/src/c.ts']],
    also: {
      'packages/db/src/b.ts': `import './c.ts'; export * from './a.ts';`,
      'packages/db/src/c.ts': '',
    },
  },
  'Workspaces are imported only through their exports': {
    forbidden: [
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
    allowed: [
      ['apps/api/src/main.ts', `import { value } from '@latchkey/db';`, db],
      ['packages/db/src/entities/user.ts', `import { deep } from '../deep.ts';`, 'packages/db/src/deep.ts'],
      [page, component(`import { deep } from '#lib/deep.ts';`), 'apps/web/src/lib/deep.ts'],
    ],
    also: { 'packages/db/src/deep.ts': '', 'apps/web/src/lib/deep.ts': '' },
  },
  'Every import resolves': {
    forbidden: [
      [
        'apps/api/src/main.ts',
        `import { value } from '@latchkey/db/src/deep.ts';`,
        '@latchkey/db/src/deep.ts',
      ],
      ['apps/api/src/main.ts', `import { value } from './gone.ts';`, './gone.ts'],
      ['apps/api/src/main.ts', `import type { Gone } from '@latchkey/gone';`, '@latchkey/gone'],
      [page, component(`import { value } from './gone.ts';`), './gone.ts'],
    ],
    allowed: [
      ['apps/api/src/main.ts', `import { DatabaseSync } from 'node:sqlite';`, 'node:sqlite'],
      ['apps/web/src/routes/+page.server.ts', `import type { Actions } from './$types';`, './$types'],
      [page, component(`import { page } from '$app/state';`), '$app/state'],
      ['apps/api/src/main.ts', `import type { Value } from 'only-types';`, external('only-types')],
      ['apps/api/src/main.ts', `import { value } from 'only-import';`, external('only-import')],
      ['apps/api/src/main.ts', `import { value } from 'only-node';`, external('only-node')],
      ['apps/api/src/main.ts', `import { value } from 'only-default';`, external('only-default')],
    ],
    also: { 'packages/db/src/deep.ts': '' },
  },
  'Every external package is declared where it is imported': {
    forbidden: [
      ['apps/api/src/main.ts', `import { value } from 'stray';`, external('stray')],
      ['tooling/e2e/src/app.ts', `import type { Value } from 'stray';`, external('stray')],
      [page, component(`import { value } from 'stray';`), external('stray')],
    ],
    allowed: [['apps/api/src/main.ts', `import { z } from 'zod';`, external('zod')]],
  },
};

test('the cases belong to the rules, in the same order', () => {
  expect(Object.keys(cases)).toEqual(importRules.forbidden?.map(({ name }) => name));
});

for (const [rule, { forbidden, allowed, also = {} }] of Object.entries(cases)) {
  test.for(forbidden)(`${rule}. Reports %s: %s`, async ([file, code, resolvesTo]) => {
    const { broken, imports } = await checkWith({ ...also, [file]: code }, file);

    expect(imports).toContain(resolvesTo);
    expect(broken).toContainEqual({ rule, from: file, to: resolvesTo });
    expect(new Set(broken.map((violation) => violation.rule))).toEqual(new Set([rule]));
  });

  test.for(allowed)(`${rule}. Allows %s: %s`, async ([file, code, resolvesTo]) => {
    const { broken, imports } = await checkWith({ ...also, [file]: code }, file);

    expect(imports).toContain(resolvesTo);
    expect(broken).toEqual([]);
  });
}

test('generated files are not checked', async () => {
  const bundle = 'apps/web/build/server.ts';
  const { broken } = await checkWith({ [bundle]: `import { value } from '@latchkey/db';` }, bundle);

  expect(broken).toEqual([]);
});

/** The imports found in a file, and all rule violations in a repository that has these files. */
async function checkWith(files: Files, file: string) {
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

/** A component with only a script. */
function component(code: string) {
  return `<script lang="ts">${code}</script>`;
}

function external(name: string) {
  return `${createHome(name)}/index.js`;
}
