import { UserImportError } from '../user-import-error.ts';
import { explainSourceError } from './explain-source-error.ts';
import type { SourceDatabase } from './source-database.ts';

/**
 * Opens the database of another system for reading: `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`, also in
 * SQLAlchemy's form (`postgresql+psycopg2://…`). A missing SQLite file is not created.
 * @throws UserImportError `source_database` if it cannot be opened; its methods throw the same
 */
export async function openSourceDatabase(url: string): Promise<SourceDatabase> {
  const plain = url.replace(/^([a-z]+)\+\w+:/i, '$1:');
  if (plain.startsWith('sqlite:')) {
    const { openSourceSqlite } = await import('./source-sqlite.ts');
    return explainErrors(plain.slice('sqlite:'.length), openSourceSqlite);
  }

  const parsed = URL.parse(plain);
  const location = parsed ? `${parsed.host}${parsed.pathname}` : '';
  switch (parsed?.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { openSourcePostgresql } = await import('./source-postgresql.ts');
      return explainErrors(location, () => openSourcePostgresql(plain, location));
    }
    case 'mysql:':
    case 'mariadb:': {
      const { openSourceMysql } = await import('./source-mysql.ts');
      return explainErrors(location, () => openSourceMysql(plain.replace(/^mariadb:/, 'mysql:'), location));
    }
    default:
      throw new UserImportError(
        'source_database',
        '--source: expected sqlite:PATH, postgres://…, mysql://… or mariadb://… (the value is not shown: it may contain a password).',
      );
  }
}

/** Explains the driver's errors. */
async function explainErrors(
  location: string,
  open: (location: string) => SourceDatabase | Promise<SourceDatabase>,
): Promise<SourceDatabase> {
  const explained = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explainSourceError(error, location);
    }
  };

  const source = await explained(() => open(location));
  return {
    location: source.location,
    tables: () => explained(() => source.tables()),
    count: (table) => explained(() => source.count(table)),
    async *rows(selection) {
      try {
        yield* source.rows(selection);
      } catch (error) {
        throw explainSourceError(error, location);
      }
    },
    close: () => source.close(),
  };
}
