import {
  type ColumnsUsed,
  type PlannedImport,
  type RowProblem,
  schemesWithoutPassword,
} from '@latchkey/user-import';

/** What an import would write, for the table and for `--json`. */
export type ImportReport = {
  source: string;
  unit: 'line' | 'row';
  rows: number;
  new: number;
  existing: number;
  existingWithOtherEmail: number;
  bad: number;
  admins: number;
  disabled: number;
  generatedUsernames: number;
  schemes: { scheme: string; users: number; isWeak: boolean }[];
  columns: ColumnsUsed;
  /** The first ones. */
  problems: RowProblem[];
  moreProblems: number;
  /** How many users were added. */
  written: number;
};

const maxProblems = 20;

export function reportOf(
  source: { name: string; unit: 'line' | 'row'; columns(): ColumnsUsed },
  plan: PlannedImport,
  isWeak: (scheme: string) => boolean,
): ImportReport {
  const { counts } = plan;
  const first = take(plan.problems(), maxProblems);
  return {
    source: source.name,
    unit: source.unit,
    rows: counts.new + counts.existing + counts.bad,
    ...counts,
    schemes: counts.schemes.map((count) => ({ ...count, isWeak: isWeak(count.scheme) })),
    columns: source.columns(),
    problems: first,
    moreProblems: counts.bad - first.length,
    written: 0,
  };
}

function take<T>(all: Iterable<T>, limit: number): T[] {
  const first: T[] = [];
  for (const one of all) {
    if (first.length === limit) break;
    first.push(one);
  }
  return first;
}

/** The lines that are printed before anything is written. */
export function linesOf(report: ImportReport): string[] {
  const { columns, problems, moreProblems } = report;
  return [
    `${report.source}: ${counted(report.rows)} ${report.rows === 1 ? report.unit : `${report.unit}s`}`,
    '',
    row('new', report.new),
    ...ifAny(report.admins, row('  administrators', report.admins)),
    ...ifAny(report.disabled, row('  disabled', report.disabled)),
    ...ifAny(
      report.generatedUsernames,
      row('  user name generated', report.generatedUsernames, 'from the e-mail address'),
    ),
    row('existing', report.existing, report.existing > 0 ? 'unchanged' : ''),
    ...ifAny(
      report.existingWithOtherEmail,
      row('  other address', report.existingWithOtherEmail, 'same user name: may be another person'),
    ),
    row('bad', report.bad),
    ...(report.schemes.length > 0
      ? ['', 'Passwords of the new users', ...report.schemes.map(schemeRow)]
      : []),
    '',
    `Columns: ${columns.taken.map(({ theirs, ours }) => (theirs === ours ? ours : `${theirs} → ${ours}`)).join(', ')}`,
    ...(columns.unused.length > 0 ? [`Not used: ${columns.unused.join(', ')}`] : []),
    ...(problems.length > 0
      ? ['', 'Bad', ...problems.map((problem) => problemLine(report.unit, problem))]
      : []),
    ...ifAny(moreProblems, `  and ${counted(moreProblems)} more; --bad-rows FILE writes all of them`),
    '',
  ];
}

const counted = (count: number): string => count.toLocaleString('en');

const row = (what: string, count: number, remark = ''): string =>
  `  ${what.padEnd(34)} ${counted(count).padStart(11)}  ${remark}`.trimEnd();

const ifAny = (count: number, line: string): string[] => (count > 0 ? [line] : []);

function schemeRow({ scheme, users, isWeak }: ImportReport['schemes'][number]): string {
  const hasNone = Object.values<string>(schemesWithoutPassword).includes(scheme);
  return row(scheme, users, hasNone ? 'sign in with “forgot password”' : isWeak ? 'weak' : '');
}

function problemLine(unit: string, { line, who, problem }: RowProblem): string {
  return `  ${unit} ${line}${who === null ? '' : ` (${who})`}: ${problem}`;
}
