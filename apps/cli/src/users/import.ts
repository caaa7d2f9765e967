import { describeHash } from '@latchkey/auth';
import { planImport, type Database, type PlannedImport } from '@latchkey/db';
import { incomingUsers, systems, writeRowProblems } from '@latchkey/moving';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { linesOf, reportOf, type ImportReport } from './import-report.ts';
import { openSource, type ImportSource, type SourceOptions } from './import-source.ts';
import { showProgress } from '../progress.ts';
import { writeSecretFile } from './secret-file.ts';
import { askToGoOn, isAttended } from '../terminal.ts';
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
  const collect = (value: string, before: string[]) => [...before, value];
  addUsersOptions(command)
    .argument('[file]', 'CSV or JSON lines; - for standard input')
    .addOption(new Option('--from <system>', 'the system to move from').choices(Object.keys(systems)))
    .option('--source <url>', 'its database: sqlite:PATH, postgres://… or mysql://…')
    .option('--table <name>', 'its table of users, when that has another name than usual')
    .addOption(
      new Option('--format <format>', 'of the file, when its name does not tell').choices(['csv', 'jsonl']),
    )
    .option('--separator <character>', 'of a CSV file, when it is not found out: ; or | or tab')
    .option(
      '--map <theirs=ours>',
      'which column is which; THEIRS= leaves one out; may be repeated',
      collect,
      [],
    )
    .option('--drop-unreadable', 'let people whose password hash cannot be read come without it')
    .option('--skip-bad', 'leave bad rows out; without this, one bad row is enough to write nothing')
    .option('--bad-rows <file>', 'write all bad rows and what is wrong with them to a file')
    .option('--dry-run', 'only show what would happen')
    .option('-y, --yes', 'write without asking')
    .action(async (file: string | undefined, options: ImportOptions) => {
      await withUsers(options, async (database) => {
        const source = await openSource(file, options);
        try {
          await importFrom(source, database, options);
        } finally {
          await source.close();
        }
      });
    });
}

/** Reads everything, shows what would happen, and writes when that is wanted. */
async function importFrom(source: ImportSource, database: Database, options: ImportOptions): Promise<void> {
  const { plan, report } = await lookThrough(source, database, options);
  const answer = { ...report };
  try {
    if (!options.json) for (const line of linesOf(report)) writeLine(line);
    if (options.badRows !== undefined) {
      await writeSecretFile(options.badRows, writeRowProblems(plan.problems()), { replaces: true });
    }
    if (await isToBeWritten(report, options)) answer.written = await write(plan, report);
  } finally {
    plan.close();
    if (options.json) writeJson(answer);
  }
  if (!options.json && !options.dryRun)
    writeLine(answer.written === 0 ? 'Nobody is new.' : `Added ${countedUsers(answer.written)}.`);
}

/** The first pass: everything is read and compared, and nothing written. */
async function lookThrough(
  source: ImportSource,
  database: Database,
  options: ImportOptions,
): Promise<{ plan: PlannedImport; report: ImportReport }> {
  const weakSchemes = new Set<string>();
  const rows = incomingUsers(source.rows, {
    now: new Date(),
    describeHash(hash) {
      const { scheme, isWeak, problem } = describeHash(hash);
      if (isWeak) weakSchemes.add(scheme);
      return { scheme, problem };
    },
    leavesUnreadablePasswords: options.dropUnreadable ?? false,
  });

  const progress = showProgress('reading', source.total);
  try {
    const plan = await planImport(
      database,
      watched(rows, () => progress.to(source.done())),
      { unit: source.unit },
    );
    return { plan, report: reportOf(source, plan, (scheme) => weakSchemes.has(scheme)) };
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

/** @throws CommandError when it cannot be, which makes the exit code 1 */
async function isToBeWritten(report: ImportReport, options: ImportOptions): Promise<boolean> {
  if (report.bad > 0 && !options.skipBad) {
    const rows = report.bad === 1 ? `One ${report.unit} is bad` : `${report.bad} ${report.unit}s are bad`;
    throw new CommandError(`${rows}: nothing was written. Correct them, or leave them out with --skip-bad.`);
  }
  if (options.dryRun || report.new === 0) return false;
  if (options.yes) return true;
  if (!isAttended()) {
    throw new CommandError(
      'Nothing was written: there is no terminal to ask at. To write without asking: --yes',
    );
  }
  if (await askToGoOn(`Add ${countedUsers(report.new)}?`)) return true;
  throw new CommandError('Nothing was written.');
}

/** The second pass: all of them or none. */
async function write(plan: PlannedImport, report: ImportReport): Promise<number> {
  const progress = showProgress('writing', report.new);
  try {
    return await plan.write((written) => progress.to(written));
  } finally {
    progress.end();
  }
}
