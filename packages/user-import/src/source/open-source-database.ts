import { SourceDatabaseError, sourceError } from './source-database-error.ts';
import type { SourceDatabase } from './source-database.ts';

/**
 * Opens a database that is not ours, to read it: `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`, and as
 * SQLAlchemy writes them (`postgresql+psycopg2://…`). A SQLite file that is not there is not made.
 * @throws SourceDatabaseError when it cannot be opened
 */
export async function openSourceDatabase(url: string): Promise<SourceDatabase> {
  const plain = url.replace(/^([a-z]+)\+\w+:/i, '$1:');
  if (plain.startsWith('sqlite:')) {
    const { openSourceSqlite } = await import('./source-sqlite.ts');
    return withSentences(plain.slice('sqlite:'.length), openSourceSqlite);
  }

  const parsed = URL.parse(plain);
  const place = parsed ? `${parsed.host}${parsed.pathname}` : '';
  switch (parsed?.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { openSourcePostgresql } = await import('./source-postgresql.ts');
      return withSentences(place, () => openSourcePostgresql(plain, place));
    }
    case 'mysql:':
    case 'mariadb:': {
      const { openSourceMysql } = await import('./source-mysql.ts');
      return withSentences(place, () => openSourceMysql(plain.replace(/^mariadb:/, 'mysql:'), place));
    }
    default:
      throw new SourceDatabaseError(
        '--source: expected sqlite:PATH, postgres://…, mysql://… or mariadb://… (not shown: it may hold a password).',
      );
  }
}

/** What the drivers throw, whenever they do, is told in a sentence. */
async function withSentences(
  place: string,
  open: (place: string) => SourceDatabase | Promise<SourceDatabase>,
): Promise<SourceDatabase> {
  const explained = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw sourceError(error, place);
    }
  };

  const source = await explained(() => open(place));
  return {
    place: source.place,
    tables: () => explained(() => source.tables()),
    count: (table) => explained(() => source.count(table)),
    async *rows(rows) {
      try {
        yield* source.rows(rows);
      } catch (error) {
        throw sourceError(error, place);
      }
    },
    close: () => source.close(),
  };
}
