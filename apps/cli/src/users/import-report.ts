import type { HashDescription } from '@latchkey/auth';
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
  /** Whether no role was found, or roles that are numbers, so that administrators may be missing. */
  areAdminsKnown: boolean;
  /** How many of the new users can sign in with their password. The others reset it, or are disabled. */
  canSignIn: number;
  schemes: {
    scheme: string;
    users: number;
    isWeak: boolean;
    /** The setting without which a sign-in is refused; null if none is missing. */
    missing: string | null;
  }[];
  columns: ColumnsUsed;
  /** The first ones. */
  problems: RowProblem[];
  moreProblems: number;
  /** The first user names that can be taken for others, because of letters of another script. They are imported. */
  confusableUsernames: string[];
  /** How many users were added. */
  written: number;
};

const maxProblems = 20;

export function reportOf(
  source: { name: string; unit: 'line' | 'row'; columns(): ColumnsUsed },
  plan: PlannedImport,
  found: {
    schemes: ReadonlyMap<string, HashDescription>;
    hasNumericRoles: boolean;
    requiresVerifiedEmail: boolean;
  },
): ImportReport {
  const { counts } = plan;
  const columns = source.columns();
  const schemes = counts.schemes.map(({ scheme, users, active, unverified }) => {
    const { isWeak = false, missing = null } = found.schemes.get(scheme) ?? {};
    const isUsable = !isWithoutPassword(scheme) && missing === null;
    return {
      scheme,
      users,
      isWeak,
      missing,
      canSignIn: isUsable ? active - (found.requiresVerifiedEmail ? unverified : 0) : 0,
    };
  });
  const first = take(plan.problems(), maxProblems);
  return {
    source: source.name,
    unit: source.unit,
    rows: counts.new + counts.existing + counts.bad,
    ...counts,
    areAdminsKnown:
      !found.hasNumericRoles && columns.taken.some(({ ours }) => ['role', 'is_admin'].includes(ours)),
    canSignIn: schemes.reduce((sum, { canSignIn }) => sum + canSignIn, 0),
    schemes: schemes.map(({ scheme, users, isWeak, missing }) => ({ scheme, users, isWeak, missing })),
    columns,
    problems: first,
    moreProblems: counts.bad - first.length,
    confusableUsernames: take(plan.confusableUsernames(), maxProblems),
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
    row(
      '  administrators',
      report.admins,
      report.areAdminsKnown ? '' : 'roles are unknown: see --map and --admin-role',
    ),
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
      ? [
          '',
          'Passwords of the new users',
          ...report.schemes.map(schemeRow),
          row('can sign in with their password', report.canSignIn),
        ]
      : []),
    '',
    `Columns: ${columns.taken.map(({ theirs, ours }) => (theirs === ours ? ours : `${theirs} → ${ours}`)).join(', ')}`,
    ...(columns.unused.length > 0 ? [`Not used: ${columns.unused.join(', ')}`] : []),
    ...(problems.length > 0
      ? ['', 'Bad', ...problems.map((problem) => problemLine(report.unit, problem))]
      : []),
    ...(report.confusableUsernames.length > 0
      ? ['', `User names that look like others: ${report.confusableUsernames.join(', ')}`]
      : []),
    ...ifAny(moreProblems, `  and ${counted(moreProblems)} more; --bad-rows FILE writes all of them`),
    '',
  ];
}

const counted = (count: number): string => count.toLocaleString('en');

const row = (what: string, count: number, remark = ''): string =>
  `  ${what.padEnd(34)} ${counted(count).padStart(11)}  ${remark}`.trimEnd();

const ifAny = (count: number, line: string): string[] => (count > 0 ? [line] : []);

function schemeRow({ scheme, users, isWeak, missing }: ImportReport['schemes'][number]): string {
  const remarks = [
    ...(isWithoutPassword(scheme) ? ['sign in with “forgot password”'] : []),
    ...(isWeak ? ['weak'] : []),
    ...(missing === null ? [] : [`cannot sign in without ${missing}`]),
  ];
  return row(scheme, users, remarks.join(', '));
}

const isWithoutPassword = (scheme: string): boolean =>
  Object.values<string>(schemesWithoutPassword).includes(scheme);

function problemLine(unit: string, { line, who, problem }: RowProblem): string {
  return `  ${unit} ${line}${who === null ? '' : ` (${who})`}: ${problem}`;
}
