import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { formatLines, formatTable, type ListedUser } from './format-users.ts';

const at = new Date('2026-03-04T05:06:07.089Z');

function createListed(username: string, changes: Partial<ListedUser> = {}): ListedUser {
  // The cast: only these properties are printed.
  return {
    username,
    email: `${username}@example.com`,
    emailVerifiedAt: at,
    role: 'user',
    isActive: true,
    createdAt: at,
    lastSignInAt: null,
    ...changes,
  } as ListedUser;
}

async function* pagesOf(...pages: ListedUser[][]) {
  yield* pages;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

test('a table of users has a header and aligned columns', async () => {
  const users = [
    createListed('susan', { role: 'admin', lastSignInAt: at }),
    createListed('山田太郎', { email: null, isActive: false }),
  ];
  expect(await textOf(formatTable(pagesOf(users), 120))).toBe(
    [
      'USER NAME  E-MAIL ADDRESS     VERIFIED  ROLE   STATUS    LAST SIGN-IN      CREATED',
      'susan      susan@example.com  yes       admin  active    2026-03-04 05:06  2026-03-04 05:06',
      '山田太郎                                user   disabled  never             2026-03-04 05:06',
      '',
    ].join('\n'),
  );
});

test.each([40, 80, 100])('a table of users fits a terminal of %d columns', async (width) => {
  const users = [createListed('a-user-name-that-is-rather-long'), createListed('sam')];
  const lines = (await textOf(formatTable(pagesOf(users, [createListed('x'.repeat(200))]), width))).split(
    '\n',
  );
  expect(lines.filter((line) => stringWidth(line) > width && !line.startsWith('Columns'))).toEqual([]);
});

test('users are values separated by tabs for a pipe, with all digits', async () => {
  const users = [createListed('susan', { emailVerifiedAt: null }), createListed('a\tb\u001b[31m')];
  const [header, ...lines] = (await textOf(formatLines(pagesOf([], users)))).split('\n');
  expect(header?.split('\t')).toHaveLength(7);
  expect(lines[0]).toBe('susan\tsusan@example.com\tno\tuser\tactive\t\t2026-03-04T05:06:07.089Z');
  expect(lines[1]?.split('\t')[0]).toBe('a\uFFFDb\uFFFD[31m');
});

test.each([formatLines, (pages: AsyncIterable<ListedUser[]>) => formatTable(pages, 80)])(
  'no users are reported as a sentence',
  async (format) => {
    expect(await textOf(format(pagesOf([], [])))).toBe('No users found.\n');
  },
);
