import { UserImportError } from '../user-import-error.ts';
import { explainSourceError } from './explain-source-error.ts';
import type { SourceDatabase } from './source-database.ts';

/**
 * Opens the database of another system for reading: `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`, also in
 * SQLAlchemy's form (`postgresql+psycopg2://…`). A missing SQLite file is not created. A server may have a Unix socket:
 * `postgres:///old?host=/var/run/postgresql`, `mysql:///old?socket=/run/mysqld/mysqld.sock`.
 * @throws UserImportError `source_database` if it cannot be opened; its methods throw the same
 */
export async function openSourceDatabase(url: string): Promise<SourceDatabase> {
  const plain = url.replace(/^([a-z]+)\+\w+:/i, '$1:');
  if (plain.startsWith('sqlite:')) {
    const { openSourceSqlite } = await import('./source-sqlite.ts');
    return explainErrors(plain.slice('sqlite:'.length), openSourceSqlite);
  }

  const parsed = URL.parse(plain.replace(withoutHost, '$1localhost'));
  if (parsed) requireDecodable(parsed);
  const location = parsed ? locationOf(parsed) : '';
  switch (parsed?.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { openSourcePostgresql } = await import('./source-postgresql.ts');
      return explainErrors(location, () => openSourcePostgresql(parsed.href, location));
    }
    case 'mysql:':
    case 'mariadb:': {
      const { openSourceMysql } = await import('./source-mysql.ts');
      return explainErrors(location, () => openSourceMysql(mysqlUri(parsed), location));
    }
    default:
      throw new UserImportError(
        'source_database',
        '--source: expected sqlite:PATH, postgres://…, mysql://… or mariadb://… (the value is not shown: it may contain a password).',
      );
  }
}

/** A server with a Unix socket only, which a URL parser does not accept after a user. */
const withoutHost = /^([a-z]+:\/\/(?:[^/?#]*@)?)(?=(?::\d*)?(?:[/?#]|$))/i;

/** @throws UserImportError */
function requireDecodable({ href }: URL): void {
  try {
    decodeURIComponent(href);
  } catch {
    throw new UserImportError(
      'source_database',
      '--source: each % has to begin an encoded character, like %40 for @. Write a % itself as %25.',
    );
  }
}

/** The names of the option in Latchkey, SQLAlchemy and mysql2. */
const mysqlSocketOptions = ['socket', 'unix_socket', 'socketPath'];

const socketOf = ({ searchParams }: URL): string | undefined =>
  ['host', ...mysqlSocketOptions]
    .map((name) => searchParams.get(name))
    .find((value) => value?.startsWith('/')) ?? undefined;

function locationOf(url: URL): string {
  const socket = socketOf(url);
  return socket === undefined ? `${url.host}${url.pathname}` : `${socket} (${url.pathname.slice(1)})`;
}

function mysqlUri(url: URL): string {
  const uri = new URL(url.href.replace(/^mariadb:/, 'mysql:'));
  const socket = socketOf(url);
  for (const name of mysqlSocketOptions) uri.searchParams.delete(name);
  if (socket !== undefined) uri.searchParams.set('socketPath', socket);
  return uri.href;
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
