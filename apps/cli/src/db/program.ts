import type { Command } from 'commander';
import { commandLine, type Subcommand } from '../command-line.ts';

/** `pnpm db …` */
export function createDbProgram(): Command {
  return commandLine('db', 'Manage the database: migrations and data.', { ...migrations, ...data });
}

const migrations: Record<string, Subcommand> = {
  migrate: {
    description: 'Write a migration from the changes of the entities, for every engine; needs no server.',
    load: () => import('./migrate.ts'),
  },
  upgrade: {
    description: 'Apply pending migrations, all or up to a revision.',
    load: () => import('./upgrade.ts'),
  },
  downgrade: { description: 'Revert the last migration, or more.', load: () => import('./downgrade.ts') },
  current: { description: 'Show the revision of the database.', load: () => import('./current.ts') },
  history: {
    description: 'List the migrations, newest first, and whether each is applied.',
    load: () => import('./history.ts'),
  },
  heads: {
    description: 'List the revisions that no other revision builds on; needs no server.',
    load: () => import('./heads.ts'),
  },
  branches: {
    description: 'List the revisions that several revisions build on; needs no server.',
    load: () => import('./branches.ts'),
  },
  show: { description: 'Show a revision and its file.', load: () => import('./show.ts') },
  stamp: {
    description: 'Set the revision of the database without running a migration.',
    load: () => import('./stamp.ts'),
  },
  check: {
    description: 'Compare the entities with the migrations; exit code 1 if they differ; needs no server.',
    load: () => import('./check.ts'),
  },
  sql: {
    description: 'Print the SQL of the migrations without running it; needs no server.',
    load: () => import('./sql.ts'),
  },
  edit: {
    description: 'Open the migration files of a revision in $VISUAL or $EDITOR.',
    load: () => import('./edit.ts'),
  },
  merge: {
    description: 'Write a migration that joins two heads; needs no server.',
    load: () => import('./merge.ts'),
  },
};

const data: Record<string, Subcommand> = {
  seed: {
    description: 'Add the demo users to an empty database, or any number of generated users.',
    load: () => import('./seed.ts'),
  },
  copy: {
    description: 'Copy all rows to an empty database of any engine, and compare each row.',
    load: () => import('./copy.ts'),
  },
  backup: {
    description: 'Write a backup to a file while the application runs, and verify it.',
    load: () => import('./backup.ts'),
  },
  restore: {
    description: 'Replace the database by a backup, and keep the old one under another name.',
    load: () => import('./restore.ts'),
  },
  reset: {
    description: 'Drop all tables of the application, and create them again.',
    load: () => import('./reset.ts'),
  },
  doctor: {
    description: 'Check the database for problems; exit code 1 if there are any.',
    load: () => import('./doctor.ts'),
  },
};
