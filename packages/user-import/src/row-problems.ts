import { stringify } from 'csv-stringify/sync';

/** Writes what is wrong with rows as CSV, for whoever is going to correct them. */
export async function* writeRowProblems(
  problems: Iterable<{ line: number; who: string | null; problem: string }>,
): AsyncGenerator<string> {
  yield 'line,who,problem\n';
  for (const { line, who, problem } of problems) yield stringify([[line, who, problem]]);
}
