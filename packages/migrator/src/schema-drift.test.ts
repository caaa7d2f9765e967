import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkMigrations, downgrade, upgrade } from './index.ts';
import { runSql, createTemporaryProject, type TemporaryProject } from './project.fixture.ts';
import { findSchemaDrift, findOtherTables } from './schema-drift.ts';

let project: TemporaryProject;
beforeEach(async () => {
  project = await createTemporaryProject();
});
afterEach(() => project.remove());

describe('a schema created by its migration equals the entities', () => {
  test.each([
    ['an enum before other columns', "kind: p.enum(['red', 'blue']), size: p.integer(),"],
    [
      'an enum with a default',
      `kind: p.enum(['red', "it's dark, (or) blue"]).default('red'), size: p.integer(),`,
    ],
    ['two enums', "kind: p.enum(['red', 'blue']), shape: p.enum(['round', 'flat']).nullable(),"],
    ['a check of a column', "age: p.integer().check('age >= 0 and age < 200'), size: p.integer(),"],
    ['a check of two values', `code: p.string().length(20).check("code in ('a)', 'b')"), size: p.integer(),`],
    ['JSON', 'settings: p.json(), more: p.json().nullable(),'],
    ['a default expression', "sum: p.integer().defaultRaw('(1 + 1)'),"],
    ['the current time', "at: p.datetime(0).defaultRaw('current_timestamp'), name: p.string().length(20),"],
    ['a default of two lines', "note: p.string().length(80).default('two\\nlines, and a \\\\ in it'),"],
    ['an empty text for a default', "note: p.string().length(80).default(''),"],
    ['a decimal number', 'price: p.decimal().precision(12).scale(3).default(0), size: p.integer(),'],
    [
      'small and large numbers',
      'a: p.smallint().default(-1), b: p.bigint(), c: p.double().default(0.5), d: p.float().nullable(),',
    ],
    ['booleans', 'isOpen: p.boolean().default(true), isNew: p.boolean().default(false),'],
    [
      'bytes, a date and a UUID',
      'data: p.blob().nullable(), day: p.date().nullable(), key: p.uuid().nullable(),',
    ],
    [
      'large numbers with defaults',
      "a: p.bigint().default(5n), b: p.bigint().default('0'), c: p.double().default(1e-7), d: p.double().default(-0.25),",
    ],
    [
      'dates and times with defaults',
      "day: p.date().default('2026-01-02'), at: p.datetime(3).default('2026-01-02 03:04:05.000'),",
    ],
    [
      'the current time in milliseconds',
      'at: p.datetime(3).default(sql.now(3)), name: p.string().length(20),',
    ],
    [
      'the current time in the default precision',
      'at: p.datetime(3).default(sql.now()), later: p.datetime().default(sql.now()),',
    ],
    ['a smallint key', 'id: p.smallint().primary(), name: p.string().length(20),'],
    ['enum values in other scripts', "kind: p.enum(['ä', '😀']).default('ä'),"],
    ['an array', "kinds: p.enum(['a', 'b']).array().default(['a']),"],
    ['a named foreign key', "other: () => p.manyToOne(Other).nullable().foreignKeyName('its_other'),"],
    ['a deferred foreign key', "other: () => p.manyToOne(Other).nullable().deferMode('deferred'),"],
    ['a text in other scripts', "note: p.string().length(80).default('é😀 日本'),"],
    [
      'SQL keywords as names',
      'order: p.integer(), check: p.integer(), constraint: p.integer().index(), default: p.string().length(20).default("check (a)"),',
    ],
  ])('%s', async (_, properties) => {
    const entitiesFolder = await project.write({ Thing: properties, Other: 'name: p.string().length(20),' });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    const folders = { migrationsFolder: project.migrationsFolder, entitiesFolder };
    expect(await checkMigrations(folders)).toEqual({ missing: [], drift: [] });
    expect((await project.migrate({ isEmpty: false })).changes).toEqual([]);
  });

  test('a default of the current time is the time that the application reads', async () => {
    await project.write({
      Thing: 'at: p.datetime(3).default(sql.now(3)), later: p.datetime(3).default(sql.now()),',
    });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    await runSql(database, 'insert into things (id) values (1)');
    const [thing] = (await database.em().findAll('Thing' as never)) as unknown as { at: Date; later: Date }[];
    for (const time of [thing?.at, thing?.later]) {
      expect(time).toBeInstanceOf(Date);
      expect(Math.abs(Number(time) - Date.now())).toBeLessThan(60_000);
    }
  });

  test('a check of the table, with and without others', async () => {
    const checks = `checks: [
      { name: 'things_sizes', expression: 'size > 0 and (size < 100 or kind = \\', check (x) \\')' },
      { name: 'things_kinds', expression: 'kind <> \\'big\\'' },
    ],`;
    const properties =
      "size: p.integer(), kind: p.string().length(20), shade: p.enum(['dark', 'light']).index(),";
    await project.write({ Thing: { properties, options: checks } });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    await expect(runSql(database, "insert into things values (1, 0, 'small', 'dark')")).rejects.toThrow();
    await expect(runSql(database, "insert into things values (1, 1, 'big', 'dark')")).rejects.toThrow();
    await runSql(database, "insert into things values (1, 1, 'small', 'dark')");
  });

  test('an index with an order, and a check of its column', async () => {
    await project.write({
      Thing: {
        properties: 'size: p.integer(), name: p.string().length(200),',
        options: `
          indexes: [{ name: 'things_order', columns: [{ name: 'size', sort: 'DESC' }, { name: 'name' }], properties: ['size', 'name'] }],
          checks: [{ name: 'things_seven', property: 'size', expression: 'size <> 7' }],`,
      },
    });
    await project.migrate({ message: 'things' });
    expect(await findSchemaDrift(await project.upgraded())).toEqual([]);
  });

  test('a table with the same name in another schema', async () => {
    await project.write({ Thing: 'size: p.integer(),' });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    if (database.engine === 'postgresql') {
      await runSql(
        database,
        'create schema extra',
        'create table extra.things (a int)',
        'create table extra.t (a int)',
      );
    }
    expect(await findSchemaDrift(database)).toEqual([]);
    expect(await findOtherTables(database)).toEqual([]);
  });

  test('a default of JSON must be a text, not an object', async () => {
    const json = (value: string) => ({ Thing: `settings: p.json().default(${value}),` });
    await project.write(json('{ a: 1 } as never'));
    await expect(project.migrate()).rejects.toMatchObject({ reason: 'bad_default' });
  });

  test('a foreign key to a composite key, and a bigint key', async () => {
    await project.write({
      Place: { properties: 'row: p.integer().primary(), name: p.string().length(20),', options: '' },
      Seat: 'place: () => p.manyToOne(Place).nullable(), twin: () => p.manyToOne(Place), owner: () => p.manyToOne(Owner),',
      Owner: { properties: 'id: p.bigint().primary(), name: p.string().length(20),', options: '' },
    });
    await project.migrate({ message: 'seats' });
    const database = await project.upgraded();
    expect(await findSchemaDrift(database)).toEqual([]);
    await downgrade(database);
    await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([]);
  });

  test('a column and a check that were added later', async () => {
    await project.write({ Thing: "size: p.integer(), shade: p.enum(['dark', 'light'])," });
    await project.migrate({ message: 'things' });
    await project.write({
      Thing: {
        properties:
          "size: p.integer(), shade: p.enum(['dark', 'light']), shape: p.enum(['round', 'flat']).nullable(), note: p.string().length(20).default('none'),",
        options: "checks: [{ name: 'things_sizes', expression: 'size > 0' }],",
      },
    });
    await project.migrate({ message: 'shapes' });
    expect(await findSchemaDrift(await project.upgraded())).toEqual([]);
  });
});

describe('a schema that differs', () => {
  test('is reported by its parts, without tables of other applications', async () => {
    await project.write({ Thing: "size: p.integer(), shade: p.enum(['dark', 'light'])," });
    await project.migrate({ message: 'things' });
    const database = await project.upgraded();
    await runSql(
      database,
      'create index things_size_index on things (size)',
      // On SQLite, a column may have no type at all.
      database.engine === 'sqlite'
        ? 'create table theirs (anything)'
        : 'create table theirs (anything integer)',
    );
    expect((await findSchemaDrift(database)).map(({ kind, what }) => `${kind} ${what}`)).toEqual([
      'removed index things_size_index on things',
    ]);
    expect(await findOtherTables(database)).toEqual(['theirs']);
  });

  test('in a default expression', async () => {
    const withDefault = (text: string) => ({
      Thing: `name: p.string().length(20).defaultRaw("(lower('${text}'))"),`,
    });
    await project.write(withDefault('a b'));
    await project.migrate({ message: 'things' });
    await project.upgraded();
    await project.write(withDefault('ab'));
    const found = await findSchemaDrift(await project.open());
    expect(found.map(({ what }) => what)).toEqual(['column things.name']);
  });

  test('in a check is reported with both expressions', async () => {
    const withCheck = (expression: string) => ({
      Thing: {
        properties: 'size: p.integer(),',
        options: `checks: [{ name: 'things_sizes', expression: '${expression}' }],`,
      },
    });
    await project.write(withCheck('size > 0'));
    await project.migrate({ message: 'things' });
    await project.upgraded();
    await project.write(withCheck('size > 10'));
    const [found, ...more] = await findSchemaDrift(await project.open());
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind: 'changed', what: 'check things_sizes on things' });
    expect(found?.detail?.replace(/[`"()]/g, '')).toBe('size > 0 to size > 10');
  });
});
