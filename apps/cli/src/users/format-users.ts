import type { UserRecord } from '@latchkey/db';
import { columnLine, fitColumns, measureColumns } from '../shell/table.ts';

/** A user, and when they have last signed in. */
export type ListedUser = UserRecord & { lastSignInAt: Date | null };

const columns: { title: string; cell: (user: ListedUser, time: (at: Date | null) => string) => string }[] = [
  { title: 'USER NAME', cell: ({ username }) => username },
  { title: 'E-MAIL ADDRESS', cell: ({ email }) => email ?? '' },
  {
    title: 'VERIFIED',
    cell: ({ email, emailVerifiedAt }) => (email === null ? '' : emailVerifiedAt ? 'yes' : 'no'),
  },
  { title: 'ROLE', cell: ({ role }) => role },
  { title: 'STATUS', cell: ({ isActive }) => (isActive ? 'active' : 'disabled') },
  { title: 'LAST SIGN-IN', cell: ({ lastSignInAt }, time) => time(lastSignInAt) },
  { title: 'CREATED', cell: ({ createdAt }, time) => time(createdAt) },
];

/** A table that fits a terminal, page by page. The first page determines the widths of the columns. */
export async function* formatTable(
  pages: AsyncIterable<ListedUser[]>,
  width: number,
): AsyncGenerator<string> {
  const titles = columns.map(({ title }) => title);
  let widths: number[] | undefined;
  for await (const users of pages) {
    // A page of the database in which no user matches.
    if (users.length === 0) continue;
    const rows = users.map((user) => columns.map(({ cell }) => printable(cell(user, toMinutes))));
    const lines = widths ? rows : [titles, ...rows];
    const fitting = (widths ??= fitColumns(measureColumns(titles, rows), width));
    for (const cells of lines) yield `${columnLine(cells, fitting)}\n`;
  }
  if (!widths) yield 'No users found.\n';
  else if (widths.length < columns.length)
    yield `Columns not shown: ${titles.slice(widths.length).join(', ')}.\n`;
}

/** The same columns for another program: values separated by tabs, without limits, and times with milliseconds. */
export async function* formatLines(pages: AsyncIterable<ListedUser[]>): AsyncGenerator<string> {
  let hasHeader = false;
  for await (const users of pages) {
    if (users.length === 0) continue;
    if (!hasHeader) yield `${columns.map(({ title }) => title).join('\t')}\n`;
    hasHeader = true;
    for (const user of users)
      yield `${columns.map(({ cell }) => printable(cell(user, (at) => at?.toISOString() ?? ''))).join('\t')}\n`;
  }
  if (!hasHeader) yield 'No users found.\n';
}

/** In UTC. */
const toMinutes = (at: Date | null): string =>
  at ? at.toISOString().slice(0, 16).replace('T', ' ') : 'never';

/** A terminal would interpret control characters, and a tab would separate columns. */
export const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
