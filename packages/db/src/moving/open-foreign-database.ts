import { ForeignDatabaseError, foreignError } from './foreign-database-error.ts';
import type { ForeignDatabase } from './foreign-database.ts';

/**
 * Opens a database that is not ours, to read it: `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`, and as
 * SQLAlchemy writes them (`postgresql+psycopg2://…`). A SQLite file that is not there is not made.
 * @throws ForeignDatabaseError when it cannot be opened
 */
export async function openForeignDatabase(url: string): Promise<ForeignDatabase> {
  const plain = url.replace(/^([a-z]+)\+\w+:/i, '$1:');
  if (plain.startsWith('sqlite:')) {
    const { openForeignSqlite } = await import('./foreign-sqlite.ts');
    return withSentences(plain.slice('sqlite:'.length), openForeignSqlite);
  }

  const parsed = URL.parse(plain);
  const place = parsed ? `${parsed.host}${parsed.pathname}` : '';
  switch (parsed?.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { openForeignPostgresql } = await import('./foreign-postgresql.ts');
      return withSentences(place, () => openForeignPostgresql(plain, place));
    }
    case 'mysql:':
    case 'mariadb:': {
      const { openForeignMysql } = await import('./foreign-mysql.ts');
      return withSentences(place, () => openForeignMysql(plain.replace(/^mariadb:/, 'mysql:'), place));
    }
    default:
      throw new ForeignDatabaseError(
        '--source: expected sqlite:PATH, postgres://…, mysql://… or mariadb://… (not shown: it may hold a password).',
      );
  }
}

/** What the drivers throw, whenever they do, is told in a sentence. */
async function withSentences(
  place: string,
  open: (place: string) => ForeignDatabase | Promise<ForeignDatabase>,
): Promise<ForeignDatabase> {
  const explained = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw foreignError(error, place);
    }
  };

  const foreign = await explained(() => open(place));
  return {
    place: foreign.place,
    tables: () => explained(() => foreign.tables()),
    count: (table) => explained(() => foreign.count(table)),
    async *rows(rows) {
      try {
        yield* foreign.rows(rows);
      } catch (error) {
        throw foreignError(error, place);
      }
    },
    close: () => foreign.close(),
  };
}
