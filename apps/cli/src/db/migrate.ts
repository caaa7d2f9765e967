import {
  parseRename,
  planMigration,
  type PlannedMigration,
  type Rename,
  type RenameCandidate,
  writeMigration,
} from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { confirm, isInteractive } from '../terminal.ts';
import { addMigrationOptions, getMigrationsFolder, shownPath, type DbOptions } from './migration-command.ts';

type MigrateOptions = DbOptions & {
  message?: string;
  rename?: Rename[];
  dropAndAdd?: true;
  empty?: true;
  revId?: string;
  yes?: true;
};

/** Writes a migration for every engine, offline. Equivalent of `flask db migrate` and `flask db revision`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-m, --message <text>', 'what the migration does; part of the file name')
    .option(
      '--rename <old:new>',
      'rename a column or table and keep its data: users.nick:nickname, notes:letters',
      (text: string, before?: Rename[]) => [...(before ?? []), parseRename(text)],
    )
    .option('--drop-and-add', 'treat possible renames as removed and added')
    .option('--empty', 'write an empty migration, to be filled in by hand')
    .option('--rev-id <digits>', 'fourteen digits to use instead of the time')
    .option('--yes', 'write it even if it loses data')
    .option('--json', 'print JSON')
    .action(async (options: MigrateOptions) => {
      const plan = await planned(options);
      if (plan.changes.length === 0 && !options.empty) {
        throw new CommandError(
          'The entities and the migrations match: there is nothing to write. To write one by hand: pnpm db migrate --empty -m "…"',
        );
      }
      if (!options.json) printChanges(plan);
      await requireConsent(plan, options);
      await writeMigration(plan);
      const files = plan.files.map(({ path }) => shownPath(path));
      if (options.json) printJson({ name: plan.name, after: plan.after, changes: plan.changes, files });
      else printFiles(plan.name, files);
    });
}

async function planned(options: MigrateOptions): Promise<PlannedMigration> {
  const request = {
    migrationsFolder: getMigrationsFolder(options),
    message: options.message,
    isEmpty: options.empty === true,
    revisionId: options.revId,
  };
  let renames = options.rename ?? [];
  for (;;) {
    const plan = await planMigration({ ...request, renames });
    if (options.dropAndAdd || plan.candidates.length === 0) return plan;
    const answer = await askForRename(plan.candidates);
    if (!answer) return plan;
    renames = [...renames, answer];
  }
}

/** @returns null when none is a rename */
async function askForRename(candidates: readonly RenameCandidate[]): Promise<Rename | null> {
  if (!isInteractive()) {
    const [first] = candidates;
    throw new CommandError(
      `${candidates.map(describe).join('\n')}\n` +
        `If it is a rename, its data is kept with: --rename ${first ? asOption(first) : ''}\n` +
        'If not: --drop-and-add',
    );
  }
  for (const candidate of candidates) {
    if (await confirm(`${describe(candidate)} Is it a rename?`)) return candidate;
  }
  return null;
}

function describe({ table, column, to, type }: RenameCandidate): string {
  return column === null
    ? `Table ${table} was removed, and ${to} was added, with ${type}.`
    : `Column ${table}.${column} was removed, and ${table}.${to} was added, of the same type (${type}).`;
}

const asOption = ({ table, column, to }: Rename) =>
  column === null ? `${table}:${to}` : `${table}.${column}:${to}`;

const signs = { added: '+', removed: '-', changed: '~', renamed: '>' } as const;

function printChanges({ changes }: PlannedMigration): void {
  for (const { kind, what, detail, warning } of changes) {
    printLine(`${signs[kind]} ${kind} ${what}${detail ? ` (${detail})` : ''}`);
    if (warning) printLine(`    ${warning.sentence}`);
  }
}

/** A migration that loses data is written only after a confirmation. */
async function requireConsent({ changes }: PlannedMigration, { yes }: MigrateOptions): Promise<void> {
  const warnings = changes.flatMap(({ warning }) => warning ?? []);
  if (yes || warnings.length === 0) return;
  if (isInteractive()) {
    if (await confirm('Write it anyway?')) return;
    throw new CommandError('Nothing was written.');
  }
  const losing = warnings.filter(({ kind }) => kind === 'loses_data');
  if (losing.length === 0) return;
  throw new CommandError(
    `${losing.map(({ sentence }) => sentence).join('\n')}\nNothing was written. To write it anyway: --yes`,
  );
}

function printFiles(name: string, files: readonly string[]): void {
  printLine(`wrote ${name}`);
  for (const file of files) if (file.endsWith('.ts')) printLine(`  ${file}`);
  printLine('Review it, then run: pnpm db upgrade');
}
