import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, defaultMigrationsFolder } from '@latchkey/db';
import { checkMigrations, downgrade, parseRename, upgrade } from './index.ts';
import { queryRows, runSql, createTemporaryProject, type TemporaryProject } from './project.fixture.ts';
import { findSchemaDrift } from './schema-drift.ts';

let project: TemporaryProject;
beforeEach(async () => {
  project = await createTemporaryProject();
});
afterEach(() => project.remove());

const team = 'name: p.string().length(40).unique(),';
const member = `
  team: () => p.manyToOne(Team).fieldName('team_id').deleteRule('cascade').updateRule('cascade').index(),
  nick: p.string().length(20),
  points: p.integer().default(0),
`;

/** Two teams with a member each, in a database that has the first migration. */
async function withRows() {
  await project.write({ Team: team, Member: member });
  await project.migrate({ message: 'teams' });
  const database = await project.upgraded();
  await runSql(
    database,
    "insert into teams (id, name) values (1, 'red'), (2, 'blue')",
    "insert into members (id, team_id, nick, points) values (1, 1, 'ann', 5), (2, 2, 'bob', 7)",
  );
  return database;
}

describe('a first migration', () => {
  test('creates the tables on every engine, and drops them', async () => {
    await project.write({ Team: team, Member: member });
    const plan = await project.migrate({ message: 'Teams & Mitglieder für alle' });
    expect(plan.name).toMatch(/^Migration\d{14}_teams_mitglieder_fur_alle$/);
    expect(plan.changes.map(({ kind, what }) => `${kind} ${what}`).sort()).toEqual([
      'added table members',
      'added table teams',
    ]);

    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    await downgrade(database, 'base');
    await expect(queryRows(database, 'select * from teams')).rejects.toThrow();
    expect(await upgrade(database)).toEqual([plan.name]);
    expect(await findSchemaDrift(database)).toEqual([]);
  });

  test('is readable SQL', async () => {
    await project.write({ Team: team });
    const { files } = await project.migrate({ message: 'teams', now: new Date('2026-01-02T03:04:05Z') });
    const sqlite = files.find(({ path }) => path.includes('/sqlite/') && path.endsWith('.ts'));
    expect(sqlite?.text).toBe(`import { Migration } from '@mikro-orm/migrations';

export class Migration20260102030405_teams extends Migration {
  static readonly after: readonly string[] = [];
  override name = 'Migration20260102030405_teams';

  override up(): void {
    this.addSql(\`
      create table teams (
        id integer not null primary key autoincrement,
        name text not null
      )\`);
    this.addSql('create unique index teams_name_unique on teams (name)');
  }

  override down(): void {
    this.addSql('drop table teams');
  }
}
`);
  });

  test('is complete: the next one has no changes', async () => {
    await project.write({ Team: team, Member: member });
    await project.migrate();
    const plan = await project.migrate({ isEmpty: true, message: 'by hand' });
    expect(plan.changes).toEqual([]);
    expect(plan.after).toHaveLength(1);
  });

  test('keeps texts with special characters on every engine', async () => {
    const odd = `
      kind: p.enum(['red', 'semi;colon']),
      greeting: p.string().length(60).default("it's \`\${odd}\` ; and \\"so\\" on"),
      order: p.integer().default(7),`;
    await project.write({ Thing: odd });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    await runSql(database, "insert into things (id, kind) values (1, 'semi;colon')");
    expect(await queryRows(database, 'select kind, greeting from things')).toEqual([
      { kind: 'semi;colon', greeting: 'it\'s `${odd}` ; and "so" on' },
    ]);
    await expect(runSql(database, "insert into things (id, kind) values (2, 'blue')")).rejects.toThrow();
    expect((await project.migrate({ isEmpty: false, message: 'none' })).changes).toEqual([]);
    expect(await downgrade(database, 'base')).toHaveLength(1);
  });

  test.each([
    ['日本語のメモ', '日本語のメモ'],
    ['Größe & Preis (für alle)', 'große_preis_fur_alle'],
    ['Добавить имя', 'добавить_имя'],
    ['__proto__ / ../x', 'proto_x'],
    ['🙂', ''],
    ['𠮷'.repeat(80), '𠮷'.repeat(50)],
  ])('message %j gives the file name %j', async (message, slug) => {
    await project.write({ Team: team });
    const { name } = await project.migrate({ message, now: new Date('2026-01-02T03:04:05Z') });
    expect(name).toBe(`Migration20260102030405${slug && `_${slug}`}`);
    expect(await upgrade(await project.open())).toEqual([name]);
  });

  test('reports a folder that cannot be written', async () => {
    await writeFile(join(project.migrationsFolder, 'mysql'), 'a file, where a folder is to be');
    await expect(project.migrate({ isEmpty: true })).rejects.toMatchObject({
      reason: 'no_access',
      message: expect.stringContaining('The migration cannot be written to'),
    });
    expect(await readdir(join(project.migrationsFolder, 'sqlite'))).toEqual([]);
  });

  test('two with the same revision id are refused', async () => {
    await project.write({ Team: team });
    await project.migrate({ revisionId: '20260102030405' });
    await expect(project.migrate({ isEmpty: true, revisionId: '20260102030405' })).rejects.toMatchObject({
      reason: 'bad_revision_id',
    });
  });

  test('a downgrade creates tables with the order and types of their columns', async () => {
    await project.write({
      Team: team,
      Thing: 'zeal: p.integer(), price: p.decimal().precision(12).scale(3), age: p.integer(),',
    });
    await project.migrate({ message: 'things' });
    await project.write({ Team: team });
    const { statements } = await project.migrate({ message: 'no things' });
    for (const engine of ['sqlite', 'postgresql', 'mysql'] as const) {
      const [create = ''] = statements[engine].down;
      expect(create.match(/\b(?:id|zeal|price|age)\b/g)).toEqual(['id', 'zeal', 'price', 'age']);
      expect(create.replaceAll(/\s/g, '')).toContain('numeric(12,3)');
    }
  });

  test('names sort after existing ones, whatever the clock shows', async () => {
    await project.write({ Team: team });
    const first = await project.migrate({ now: new Date('2030-01-01T00:00:00Z') });
    const second = await project.migrate({ isEmpty: true, now: new Date('2026-01-01T00:00:00Z') });
    expect(second.name > first.name).toBe(true);
  });

  test.each([
    ['2030-01-01T23:59:59.500Z', '20300102000000'],
    ['2026-01-01T00:00:00Z', '20300102000000'],
    ['2031-01-01T00:00:00Z', '20310101000000'],
  ])('after one of the last second of a day, %s gives the id %s', async (now, digits) => {
    await project.write({ Team: team });
    await project.migrate({ now: new Date('2030-01-01T23:59:59Z') });
    const { name } = await project.migrate({ isEmpty: true, message: 'next', now: new Date(now) });
    expect(name).toBe(`Migration${digits}_next`);
  });

  test.each(['20260231000000', '20261231235960', '99999999999999', '2026'])(
    'the id %s is refused, since it is not a time',
    async (revisionId) => {
      await project.write({ Team: team });
      await expect(project.migrate({ revisionId })).rejects.toMatchObject({ reason: 'bad_revision_id' });
    },
  );
});

describe('a change keeps the rows, up, down and up again [M12]', () => {
  const later = {
    'a new nullable column': [
      { Team: `${team} motto: p.text().nullable(),`, Member: member },
      { kind: 'added', what: 'column teams.motto' },
    ],
    'a new column with a default': [
      { Team: `${team} size: p.integer().default(11),`, Member: member },
      { kind: 'added', what: 'column teams.size' },
    ],
    'a new index': [
      {
        Team: team,
        Member: member.replace('nick: p.string().length(20)', 'nick: p.string().length(20).index()'),
      },
      { kind: 'added', what: 'index members_nick_index on members' },
    ],
    'a new unique constraint': [
      {
        Team: team,
        Member: member.replace('nick: p.string().length(20)', 'nick: p.string().length(20).unique()'),
      },
      { kind: 'added', what: 'index members_nick_unique on members' },
    ],
    'a longer text': [
      { Team: team.replace('40', '80'), Member: member },
      { kind: 'changed', what: 'column teams.name', detail: 'varchar(40) to varchar(80)' },
    ],
    'another type': [
      {
        Team: team,
        Member: member.replace(
          'points: p.integer().default(0)',
          "points: p.string().length(20).default('0')",
        ),
      },
      { kind: 'changed', what: 'column members.points' },
    ],
    'another delete rule of a foreign key': [
      { Team: team, Member: member.replace("deleteRule('cascade')", "deleteRule('restrict')") },
      { kind: 'changed', what: 'foreign key members_team_id_foreign on members' },
    ],
    'a table with a foreign key to a previous one': [
      { Team: team, Member: member, Badge: "member: () => p.manyToOne(Member).fieldName('member_id')," },
      { kind: 'added', what: 'table badges' },
    ],
  } as const;

  test.each(Object.entries(later))('%s', async (_, [entities, change]) => {
    const before = await withRows();
    const rows = await queryRows(before, 'select id, name from teams order by id');
    const members = await queryRows(before, 'select id, team_id, nick, points from members order by id');

    await project.write(entities);
    expect((await project.migrate()).changes).toContainEqual(expect.objectContaining(change));
    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    expect(await queryRows(database, 'select id, name from teams order by id')).toEqual(rows);
    expect(await queryRows(database, 'select count(*) as n from members')).toEqual([
      { n: expect.toSatisfy((n) => Number(n) === 2) },
    ]);

    await downgrade(database);
    expect(await findSchemaDrift(before)).toEqual([]);
    expect(await queryRows(database, 'select id, name from teams order by id')).toEqual(rows);
    expect(await queryRows(database, 'select id, team_id, nick, points from members order by id')).toEqual(
      members,
    );

    await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([]);
    await expect(
      runSql(database, "insert into members (id, team_id, nick) values (9, 99, 'x')"),
    ).rejects.toThrow();
  });

  test.each([
    ['fewer digits before the point', 'price: p.decimal().precision(9).scale(3),', 'loses_data'],
    ['fewer digits after the point', 'price: p.decimal().precision(12).scale(1),', 'loses_data'],
    ['more digits on both sides', 'price: p.decimal().precision(16).scale(5),', 'locks'],
    ['a unique constraint', 'price: p.decimal().precision(12).scale(3).unique(),', 'may_fail'],
    [
      'a shorter text',
      'price: p.decimal().precision(12).scale(3), name: p.string().length(20),',
      'loses_data',
    ],
  ])('%s is shown with its most severe warning', async (_, price, kind) => {
    const [before, name] = ['price: p.decimal().precision(12).scale(3),', 'name: p.string().length(40),'];
    await project.write({ Thing: before + name });
    await project.migrate({ message: 'things' });
    await project.write({ Thing: price.includes('name:') ? price : price + name });
    const { changes } = await project.migrate();
    expect(changes.map(({ warning }) => warning?.kind)).toEqual([kind]);
  });

  test('a dropped column is created again empty, or with its default', async () => {
    await withRows();
    await project.write({ Team: team, Member: member.replace('points: p.integer().default(0),', '') });
    const plan = await project.migrate();
    expect(plan.changes).toEqual([
      expect.objectContaining({
        kind: 'removed',
        what: 'column members.points',
        warning: expect.objectContaining({ kind: 'loses_data' }),
      }),
    ]);
    const database = await project.upgraded();
    await downgrade(database);
    const points = await queryRows(database, 'select points from members');
    expect(points.map((row) => row['points'])).toEqual([0, 0]);
  });

  test('a dropped required column is created again in a table with rows', async () => {
    await withRows();
    await project.write({ Team: team, Member: member.replace('nick: p.string().length(20),', '') });
    await project.migrate({ message: 'no nicks' });
    const database = await project.upgraded();
    await downgrade(database);
    expect(await queryRows(database, 'select nick from members order by id')).toEqual([
      { nick: '' },
      { nick: '' },
    ]);
    await expect(runSql(database, 'insert into members (id, team_id) values (9, 1)')).rejects.toThrow();
    await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([]);
  });

  test('a dropped required column of every type is created again', async () => {
    const kinds = `
      a: p.integer(), b: p.bigint(), c: p.decimal().precision(12).scale(3), d: p.double(), e: p.boolean(), f: p.text(),
      g: p.uuid(), h: p.date(), i: p.datetime(3), j: p.blob(), k: p.json(), l: p.enum(['red', 'blue']),`;
    await project.write({ Thing: `name: p.string().length(9), ${kinds}` });
    await project.migrate({ message: 'things' });
    await project.write({ Thing: 'name: p.string().length(9),' });
    await project.migrate({ message: 'fewer' });
    const database = await project.upgraded();
    await runSql(database, "insert into things (id, name) values (1, 'one')");
    await downgrade(database);
    expect(await queryRows(database, 'select name, l from things')).toEqual([{ name: 'one', l: 'red' }]);
    expect(await upgrade(database)).toHaveLength(1);
  });

  test('a table with a composite key is dropped and created again', async () => {
    const friends = `${team} friends: () => p.manyToMany(Friend),`;
    await project.write({ Team: friends, Friend: 'name: p.string().length(9),' });
    await project.migrate({ message: 'friends' });
    await project.write({ Team: team, Friend: 'name: p.string().length(9),' });
    await project.migrate({ message: 'no friends' });
    const database = await project.upgraded();
    await downgrade(database);
    expect(await queryRows(database, 'select * from teams_friends')).toEqual([]);
    await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([]);
  });

  test('a foreign key column is dropped on SQLite (Flask-Migrate 17, 61, 252)', async () => {
    await withRows();
    await project.write({ Team: team, Member: member.replace(/team: .*\n/, '') });
    await project.migrate();
    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    expect(await queryRows(database, 'select nick from members order by id')).toEqual([
      { nick: 'ann' },
      { nick: 'bob' },
    ]);
  });

  test('a column that becomes required gets its default in rows without a value', async () => {
    await project.write({ Team: `${team} motto: p.string().length(20).nullable(),` });
    await project.migrate();
    await runSql(
      await project.upgraded(),
      "insert into teams (id, name, motto) values (1, 'red', 'go'), (2, 'blue', null)",
    );
    await project.write({ Team: `${team} motto: p.string().length(20).default('none'),` });
    await project.migrate();
    const database = await project.upgraded();
    expect(await queryRows(database, 'select motto from teams order by id')).toEqual([
      { motto: 'go' },
      { motto: 'none' },
    ]);
    expect(await findSchemaDrift(database)).toEqual([]);
  });

  test('a required column without a default gives a warning', async () => {
    await withRows();
    await project.write({ Team: `${team} motto: p.string().length(20),`, Member: member });
    const plan = await project.migrate();
    expect(plan.changes[0]?.warning).toMatchObject({ kind: 'may_fail' });
  });
});

describe('a rename', () => {
  const renamed = member.replace('nick: p.string()', 'nickname: p.string()');

  test('is never guessed: without --rename, a column is dropped and another added', async () => {
    await withRows();
    await project.write({ Team: team, Member: renamed });
    const plan = await project.migrate();
    expect(plan.candidates).toEqual([
      expect.objectContaining({ table: 'members', column: 'nick', to: 'nickname' }),
    ]);
    expect(plan.changes.map(({ kind }) => kind).sort()).toEqual(['added', 'removed']);
  });

  test('of a column keeps its values, up and down', async () => {
    await withRows();
    await project.write({ Team: team, Member: renamed });
    const plan = await project.migrate({ renames: [parseRename('members.nick:nickname')] });
    expect(plan.candidates).toEqual([]);
    expect(plan.changes).toEqual([
      { kind: 'renamed', what: 'column members.nick to nickname', detail: null, warning: null },
    ]);
    const database = await project.upgraded();
    expect(await queryRows(database, 'select nickname from members order by id')).toEqual([
      { nickname: 'ann' },
      { nickname: 'bob' },
    ]);
    expect(await findSchemaDrift(database)).toEqual([]);
    await downgrade(database);
    expect(await queryRows(database, 'select nick from members order by id')).toEqual([
      { nick: 'ann' },
      { nick: 'bob' },
    ]);
  });

  test('of an indexed column can be combined with a change that rebuilds the table', async () => {
    const indexed = member.replace('p.string().length(20)', 'p.string().length(20).index()');
    await project.write({ Team: team, Member: indexed });
    await project.migrate({ message: 'teams' });
    await runSql(
      await project.upgraded(),
      "insert into teams (id, name) values (1, 'red')",
      "insert into members (id, team_id, nick, points) values (1, 1, 'ann', 5)",
      'create index members_by_hand on members (nick, points)',
    );
    await project.write({
      Team: team,
      Member: indexed
        .replace('nick:', 'nickname:')
        .replace('default(0)', 'default(3)')
        .replace("deleteRule('cascade')", "deleteRule('restrict')"),
    });
    await project.migrate({ renames: [parseRename('members.nick:nickname')] });
    const database = await project.upgraded();
    expect(await queryRows(database, 'select nickname, points from members')).toEqual([
      { nickname: 'ann', points: 5 },
    ]);
    const byHand = { kind: 'removed', what: 'index members_by_hand on members' };
    expect(await findSchemaDrift(database)).toEqual([expect.objectContaining(byHand)]);
    await downgrade(database);
    expect(await queryRows(database, 'select nick from members')).toEqual([{ nick: 'ann' }]);
    await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([expect.objectContaining(byHand)]);
  });

  test('of a table keeps its rows and the foreign keys to it', async () => {
    await withRows();
    const moved = member.replaceAll('Team', 'Squad');
    await project.write({ Squad: team, Member: moved });
    const plan = await project.migrate({ renames: [parseRename('teams:squads')] });
    expect(plan.changes[0]).toMatchObject({ kind: 'renamed', what: 'table teams to squads' });
    const database = await project.upgraded();
    expect(await queryRows(database, 'select name from squads order by id')).toEqual([
      { name: 'red' },
      { name: 'blue' },
    ]);
    expect(await findSchemaDrift(database)).toEqual([]);
    await runSql(database, 'delete from squads where id = 1');
    expect(await queryRows(database, 'select nick from members')).toEqual([{ nick: 'bob' }]);
    await downgrade(database);
    expect(await queryRows(database, 'select name from teams')).toEqual([{ name: 'blue' }]);
  });

  test.each(['members', 'members.nick', 'members.nick:', ':x', 'a b:c'])('--rename %j is refused', (text) => {
    expect(() => parseRename(text)).toThrow(DatabaseError);
  });

  const sized = (column: string) => ({
    Thing: {
      properties: `${column}: p.integer().default(0).check('${column} < 100'), shade: p.enum(['dark', 'size']),`,
      options: `checks: [{ name: 'things_sizes', expression: '${column} >= 0 and shade <> \\'${column}\\'' }],`,
    },
  });

  test('of a column in a check, and of an enum, keeps the rows up and down', async () => {
    await project.write(sized('size'));
    await project.migrate({ message: 'things' });
    await runSql(await project.upgraded(), "insert into things (id, size, shade) values (1, 7, 'dark')");
    const before = await project.open();
    await project.write(sized('heads'));
    await project.migrate({ renames: [parseRename('things.size:heads')] });
    const { Thing } = sized('heads');
    await project.write({
      Thing: {
        properties: Thing.properties.replace('shade:', 'tone:'),
        options: Thing.options.replace('shade', 'tone'),
      },
    });
    await project.migrate({
      renames: [parseRename('things.shade:tone')],
      now: new Date('2030-01-01T00:00:00Z'),
    });
    const after = await project.upgraded();
    expect(await findSchemaDrift(after)).toEqual([]);
    expect(await queryRows(after, 'select heads, tone from things')).toEqual([{ heads: 7, tone: 'dark' }]);
    await expect(
      runSql(after, "insert into things (id, heads, tone) values (2, 100, 'dark')"),
    ).rejects.toThrow();
    await expect(
      runSql(after, "insert into things (id, heads, tone) values (2, -1, 'dark')"),
    ).rejects.toThrow();

    expect(await downgrade(after, '-2')).toHaveLength(2);
    expect(await findSchemaDrift(before)).toEqual([]);
    expect(await queryRows(before, 'select size, shade from things')).toEqual([{ size: 7, shade: 'dark' }]);
    await expect(
      runSql(before, "insert into things (id, size, shade) values (2, 100, 'dark')"),
    ).rejects.toThrow();
    expect(await upgrade(after)).toHaveLength(2);
    expect(await findSchemaDrift(after)).toEqual([]);
  });

  test('of a column named like a function, or used by a generated one, is reversible', async () => {
    const named = (column: string, sum: string) =>
      `${column}: p.string().length(9).check('length(${column}) > 0'), ${sum}: p.integer(), twice: p.integer().generated('(${sum} * 2) stored'),`;
    await project.write({ Thing: named('length', 'n') });
    await project.migrate({ message: 'things' });
    await runSql(await project.upgraded(), "insert into things (id, length, n) values (1, 'five', 5)");
    await project.write({ Thing: named('size', 'm') });
    await project.migrate({ renames: [parseRename('things.length:size'), parseRename('things.n:m')] });
    const database = await project.upgraded();
    expect(await queryRows(database, 'select size, m, twice from things')).toEqual([
      { size: 'five', m: 5, twice: 10 },
    ]);
    await downgrade(database);
    expect(await queryRows(database, 'select length, n, twice from things')).toEqual([
      { length: 'five', n: 5, twice: 10 },
    ]);
    await upgrade(database);
    await expect(runSql(database, "insert into things (id, size, m) values (2, '', 1)")).rejects.toThrow();
  });

  test.each(['teams:Teams', 'teams:members', 'members.nick:nick', 'members.nick:points'])(
    'to an existing name is refused: %s',
    async (text) => {
      await project.write({ Team: team, Member: member });
      await project.migrate({ message: 'teams' });
      await expect(project.migrate({ renames: [parseRename(text)] })).rejects.toMatchObject({
        reason: 'bad_rename',
      });
    },
  );

  test.each(['members.name:nickname', 'members.nick:nom', 'gone:teams'])(
    'of a missing table or column is refused: %s',
    async (text) => {
      await withRows();
      await project.write({ Team: team, Member: renamed });
      await expect(project.migrate({ renames: [parseRename(text)] })).rejects.toMatchObject({
        reason: 'bad_rename',
      });
    },
  );
});

describe('the check', () => {
  const nothing = { missing: [], drift: [] };

  test('reports missing changes', async () => {
    const entitiesFolder = await project.write({ Team: team });
    await project.migrate();
    const folders = { migrationsFolder: project.migrationsFolder };
    expect(await checkMigrations({ ...folders, entitiesFolder })).toEqual(nothing);
    const changed = await project.write({ Team: `${team} motto: p.text().nullable(),` });
    expect(await checkMigrations({ ...folders, entitiesFolder: changed })).toEqual({
      missing: [{ kind: 'added', what: 'column teams.motto', detail: null, warning: null }],
      drift: [],
    });
  });

  test('reports what an edited migration no longer does', async () => {
    const entitiesFolder = await project.write({ Team: `${team} motto: p.text().nullable(),` });
    const { name } = await project.migrate();
    const path = join(project.migrationsFolder, 'sqlite', `${name}.ts`);
    const source = await readFile(path, 'utf8');
    await writeFile(path, source.replace(/,\s+motto text null/, ''));
    const { missing, drift } = await checkMigrations({
      migrationsFolder: project.migrationsFolder,
      entitiesFolder,
    });
    expect(missing).toEqual([]);
    expect(drift).toMatchObject([{ kind: 'added', what: 'column teams.motto' }]);
  });

  test('reports a migration that is missing for an engine', async () => {
    const entitiesFolder = await project.write({ Team: team });
    const { name } = await project.migrate();
    await rm(join(project.migrationsFolder, 'postgresql', `${name}.ts`));
    await expect(
      checkMigrations({ migrationsFolder: project.migrationsFolder, entitiesFolder }),
    ).rejects.toMatchObject({
      reason: 'bad_migration',
      message: expect.stringContaining(`${name} exists for another engine, but not for postgresql`),
    });
  });

  test('passes for the migrations of the application', async () => {
    expect(await checkMigrations({ migrationsFolder: defaultMigrationsFolder })).toEqual(nothing);
  });
});

test('a schema state with conflict markers is reported with a solution', async () => {
  await project.write({ Team: team });
  const { files } = await project.migrate();
  const snapshot = files.find(({ path }) => path.endsWith('.snapshot.json'));
  const { writeFile } = await import('node:fs/promises');
  const path = snapshot?.path ?? '';
  await writeFile(path, `<<<<<<< HEAD\n${await readFile(path, 'utf8')}\n=======\n>>>>>>> other\n`);
  await expect(project.migrate()).rejects.toMatchObject({
    reason: 'bad_snapshot',
    message: expect.stringContaining('pnpm db merge'),
  });
});
