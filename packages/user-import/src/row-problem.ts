import { stringify } from 'csv-stringify/sync';

/** Why a row cannot be imported. `who` is its user name or e-mail address, null if it has neither. */
export type RowProblem = { line: number; who: string | null; problem: string };

/** Formats the problems of bad rows as CSV. */
export async function* writeRowProblems(problems: Iterable<RowProblem>): AsyncGenerator<string> {
  yield 'line,who,problem\n';
  for (const { line, who, problem } of problems) yield stringify([[line, who, problem]]);
}
