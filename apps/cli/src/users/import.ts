import { describeHash, type HashDescription } from '@latchkey/auth';
import { readConfig } from '@latchkey/config';
import type { Database } from '@latchkey/db';
import {
  validateRows,
  planImport,
  type PlannedImport,
  systems,
  userColumns,
  writeRowProblems,
} from '@latchkey/user-import';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { hideValues } from '../hide-values.ts';
import { linesOf, reportOf, type ImportReport } from './import-report.ts';
import { openSource, type ImportSource, type SourceOptions } from './import-source.ts';
import { showProgress } from '../progress.ts';
import { writeSecretFile } from './secret-file.ts';
import { confirm, isInteractive } from '../terminal.ts';
import { countedUsers, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type ImportOptions = UsersOptions &
  SourceOptions & {
    dropUnreadable?: true;
    skipBad?: true;
    badRows?: string;
    dryRun?: true;
    yes?: true;
  };

export function configure(command: Command): void {
  const collect = (value: string, before?: string[]) => [...(before ?? []), value];
  addUsersOptions(command)
    .argument('[file]', 'CSV or JSON lines; - for standard input')
    .addOption(new Option('--from <system>', 'system to import from').choices(Object.keys(systems)))
    .option('--source <url>', 'database of that system: sqlite:PATH, postgres://… or mysql://…')
    .option('--table <name>', 'its users table, if it does not have the default name')
    .addOption(
      new Option('--format <format>', 'format of the file; default: from its name or content').choices([
        'csv',
        'jsonl',
      ]),
    )
    .option('--separator <character>', 'separator of a CSV file, like ; or | or tab; default: detected')
    .option('--map <column=field>', 'map a column to a field; COLUMN= ignores it; repeatable', collect)
    .option('--admin-role <role>', 'a role of administrators, like 1; repeatable', collect)
    .option('--drop-unreadable', 'import users whose password hash is not supported without a password')
    .option('--skip-bad', 'skip bad rows; without it, nothing is written if a row is bad')
    .option('--bad-rows <file>', 'write all bad rows and their problems to a file')
    .option('--dry-run', 'print the report, and write nothing')
    .option('-y, --yes', 'do not ask for confirmation')
    .action(async (file: string | undefined, options: ImportOptions) => {
      const work = (database: Database) => importUsers(file, database, options);
      await withUsers(options, work, { readOnly: options.dryRun ?? false });
    });
}

async function importUsers(
  file: string | undefined,
  database: Database,
  options: ImportOptions,
): Promise<void> {
  const source = await openSource(file, options, userColumns(database));
  try {
    await importUsersFrom(source, database, options);
  } catch (error) {
    throw hideValues(error, 'The import');
  } finally {
    await source.close();
  }
}

/** Reads the source, prints the report, and writes the users if that is confirmed. */
async function importUsersFrom(
  source: ImportSource,
  database: Database,
  options: ImportOptions,
): Promise<void> {
  const { plan, report } = await readSource(source, database, options);
  const answer = { ...report };
  try {
    if (!options.json) for (const line of linesOf(report)) printLine(line);
    if (options.badRows !== undefined) {
      await writeSecretFile(options.badRows, writeRowProblems(plan.problems()), { replaces: true });
    }
    if (await isConfirmed(report, options)) answer.written = await write(plan, report);
  } finally {
    plan.close();
    if (options.json) printJson(answer);
  }
  if (!options.json) printLine(lastLine(answer, options));
}

function lastLine({ bad, unit, written }: ImportReport, { dryRun, badRows }: ImportOptions): string {
  const leftOut = bad === 1 ? `1 ${unit}` : `${bad} ${unit}s`;
  if (dryRun) {
    const exception = badRows === undefined ? '' : `, except ${badRows}`;
    return `${bad > 0 ? `${leftOut} would be left out. ` : ''}Nothing was written${exception}.`;
  }
  const result = written === 0 ? 'No new users.' : `Added ${countedUsers(written)}.`;
  return bad > 0 ? `${result} Left out: ${leftOut}.` : result;
}

/** The first pass: reads and compares everything, and writes nothing. */
async function readSource(
  source: ImportSource,
  database: Database,
  options: ImportOptions,
): Promise<{ plan: PlannedImport; report: ImportReport }> {
  const schemes = new Map<string, HashDescription>();
  let hasNumericRoles = false;
  const { passwords, requiresVerifiedEmail } = readConfig(process.env);
  const rows = validateRows(source.rows, {
    columns: userColumns(database),
    now: new Date(),
    describeHash(hash, isFlaskSecurity) {
      const described = describeHash(hash, passwords, isFlaskSecurity);
      schemes.set(described.scheme, described);
      return described;
    },
    adminRoles: options.adminRole ?? [],
    onNumericRole: () => {
      hasNumericRoles = true;
    },
    dropUnreadablePasswords: options.dropUnreadable ?? false,
  });

  const progress = showProgress('reading', source.total);
  try {
    const plan = await planImport(
      database,
      watched(rows, () => progress.to(source.done())),
      { unit: source.unit },
    );
    return { plan, report: reportOf(source, plan, { schemes, hasNumericRoles, requiresVerifiedEmail }) };
  } finally {
    progress.end();
  }
}

async function* watched<T>(all: AsyncIterable<T>, onEach: () => void): AsyncGenerator<T> {
  for await (const one of all) {
    onEach();
    yield one;
  }
}

/** @throws CommandError when the users cannot be written */
async function isConfirmed(report: ImportReport, options: ImportOptions): Promise<boolean> {
  if (report.bad > 0 && !options.skipBad) {
    const rows = report.bad === 1 ? `One ${report.unit} is bad` : `${report.bad} ${report.unit}s are bad`;
    throw new CommandError(`${rows}. Correct them, or skip them with --skip-bad. Nothing was written.`);
  }
  if (options.dryRun || report.new === 0) return false;
  if (options.yes) return true;
  if (!isInteractive()) {
    throw new CommandError(
      'There is no terminal to confirm the import. To write without confirmation: --yes. Nothing was written.',
    );
  }
  if (await confirm(`Add ${countedUsers(report.new)}?`)) return true;
  throw new CommandError('Nothing was written.');
}

/** The second pass: writes all new users, or none. */
async function write(plan: PlannedImport, report: ImportReport): Promise<number> {
  const progress = showProgress('writing', report.new);
  try {
    return await plan.write((written) => progress.to(written));
  } finally {
    progress.end();
  }
}
