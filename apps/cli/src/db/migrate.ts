import {
  parseRename,
  planMigration,
  writeMigration,
  type PlannedMigration,
  type Rename,
  type RenameCandidate,
} from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { askToGoOn, isAttended } from '../terminal.ts';
import { addMigrationOptions, migrationsFolderOf, shownPath, type DbOptions } from './migration-command.ts';

type MigrateOptions = DbOptions & {
  message?: string;
  rename: Rename[];
  dropAndAdd?: true;
  empty?: true;
  revId?: string;
  yes?: true;
};

/** `pnpm db migrate`: writes a migration for every engine, offline. Twin of `flask db migrate` and `flask db revision`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-m, --message <text>', 'what it is for; the file is called so')
    .option(
      '--rename <old:new>',
      'a column or table that keeps its rows under another name: users.nick:nickname, notes:letters',
      (text: string, before: Rename[]) => [...before, parseRename(text)],
      [],
    )
    .option('--drop-and-add', 'what may look like a rename is none')
    .option('--empty', 'one to fill in by hand')
    .option('--rev-id <digits>', 'fourteen digits in place of the time')
    .option('--yes', 'also when it loses data')
    .option('--json', 'answer as JSON')
    .action(async (options: MigrateOptions) => {
      const plan = await planned(options);
      if (plan.changes.length === 0 && !options.empty) {
        throw new CommandError(
          'The entities and the migrations agree, so there is nothing to write. For one to fill in by hand: pnpm db migrate --empty -m "…"',
        );
      }
      if (!options.json) sayChanges(plan);
      await requireConsent(plan, options);
      await writeMigration(plan);
      const files = plan.files.map(({ path }) => shownPath(path));
      if (options.json) writeJson({ name: plan.name, after: plan.after, changes: plan.changes, files });
      else sayWritten(plan.name, files);
    });
}

async function planned(options: MigrateOptions): Promise<PlannedMigration> {
  const request = {
    migrationsFolder: migrationsFolderOf(options),
    message: options.message,
    isEmpty: options.empty === true,
    revisionId: options.revId,
  };
  let renames = options.rename;
  for (;;) {
    const plan = await planMigration({ ...request, renames });
    if (options.dropAndAdd || plan.candidates.length === 0) return plan;
    const answer = await askForRename(plan.candidates);
    if (!answer) return plan;
    renames = [...renames, answer];
  }
}

/** @returns null when none of them is one */
async function askForRename(candidates: readonly RenameCandidate[]): Promise<Rename | null> {
  if (!isAttended()) {
    const [first] = candidates;
    throw new CommandError(
      `${candidates.map(inWords).join('\n')}\n` +
        `If that is a rename, say so, and the rows keep what they hold: --rename ${first ? asOption(first) : ''}\n` +
        'If it is none: --drop-and-add',
    );
  }
  for (const candidate of candidates) {
    if (await askToGoOn(`${inWords(candidate)} Is it the same one, renamed?`)) return candidate;
  }
  return null;
}

function inWords({ table, column, to, type }: RenameCandidate): string {
  return column === null
    ? `Table ${table} is gone, and ${to} is new, with ${type}.`
    : `Column ${table}.${column} is gone, and ${table}.${to} is new, of the same type (${type}).`;
}

const asOption = ({ table, column, to }: Rename) =>
  column === null ? `${table}:${to}` : `${table}.${column}:${to}`;

const signs = { added: '+', removed: '-', changed: '~', renamed: '>' } as const;

function sayChanges({ changes }: PlannedMigration): void {
  for (const { kind, what, detail, warning } of changes) {
    writeLine(`${signs[kind]} ${kind} ${what}${detail ? ` (${detail})` : ''}`);
    if (warning) writeLine(`    ${warning.sentence}`);
  }
}

/** What loses data is written only when somebody has said yes to it. */
async function requireConsent({ changes }: PlannedMigration, { yes }: MigrateOptions): Promise<void> {
  const warnings = changes.flatMap(({ warning }) => warning ?? []);
  if (yes || warnings.length === 0) return;
  if (isAttended()) {
    if (await askToGoOn('Write it all the same?')) return;
    throw new CommandError('Nothing was written.');
  }
  const losing = warnings.filter(({ kind }) => kind === 'loses_data');
  if (losing.length === 0) return;
  throw new CommandError(
    `${losing.map(({ sentence }) => sentence).join('\n')}\nNothing was written. If it is meant: --yes`,
  );
}

function sayWritten(name: string, files: readonly string[]): void {
  writeLine(`wrote ${name}`);
  for (const file of files) if (file.endsWith('.ts')) writeLine(`  ${file}`);
  writeLine('Read it; then run: pnpm db upgrade');
}
