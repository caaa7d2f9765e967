import { inspect } from 'node:util';
import { describeHash } from '@latchkey/auth';
import type { Database } from '@latchkey/db';

export type Statement = { sql: string; params: readonly unknown[]; tookMs: number };

/** Reports every statement of the ORM. @returns a function that stops it */
export function watchStatements(database: Database, onStatement: (statement: Statement) => void): () => void {
  const logger = database.orm.config.getLogger();
  let isStopped = false;
  logger.setDebugMode(['query']);
  logger.logQuery = ({ query = '', params, took }) => {
    if (isStopped) return;
    onStatement({ sql: query, params: Array.isArray(params) ? params : [], tookMs: took ?? 0 });
  };
  return () => {
    isStopped = true;
  };
}

/** The database with a native client that reports its statements too: sessions use it directly. */
export function withWatchedClient(database: Database, onStatement: (statement: Statement) => void): Database {
  return { ...database, nativeClient: async () => watched(await database.nativeClient(), onStatement) };
}

/** A statement on one line, with its parameters and duration. Secrets are masked. */
export function lineOf({ sql, params, tookMs }: Statement): string {
  const text = sql
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/'((?:[^']|'')*)'/g, (literal, value: string) => (isSecret(value) ? `'${mask}'` : literal));
  const columnOf = columnsOf(text);
  const values = params.map((value, index) => formatParameter(value, columnOf(index)));
  return `${text}${values.length > 0 ? `  [${values.join(', ')}]` : ''}  ${Math.round(tookMs)} ms`;
}

const mask = '***';

function formatParameter(value: unknown, column: string): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return inspect(value, { breakLength: Infinity });
  return isSecret(value) || /password|token|secret/i.test(column) ? mask : JSON.stringify(value);
}

/** Whether a value is the hash of a password in a known scheme, or the hash of a token (SHA-256 in hex). */
function isSecret(value: string): boolean {
  if (/^[\da-f]{64}$/i.test(value)) return true;
  return value.length > 8 && !['unknown', 'none'].includes(describeHash(value).scheme);
}

/** The column of each parameter, as far as the text of the statement shows it. */
function columnsOf(sql: string): (parameter: number) => string {
  const [, inserted] = /^(?:insert|replace) into \S+ \(([^)]+)\) values/i.exec(sql) ?? [];
  if (inserted) {
    const columns = inserted.split(',').map(bare);
    return (parameter) => columns[parameter % columns.length] ?? '';
  }
  const columns = [...sql.matchAll(/([\w."`]+) *(?:=|<>|!=|<=?|>=?|like) *(?:\?|\$\d+)|\?|\$\d+/gi)].map(
    ([, column = '']) => bare(column),
  );
  return (parameter) => columns[parameter] ?? '';
}

const bare = (column: string) => column.replace(/["`\s]/g, '');

/** Wraps the methods with which the clients of the three drivers run statements. */
function watched(client: object, onStatement: (statement: Statement) => void): object {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      // The cast: the arguments depend on the name of the method, which is checked below.
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      // better-sqlite3
      if (name === 'prepare') return (sql: string) => watchedStatement(method(sql), sql, onStatement);
      // pg and mysql2
      if (name === 'query' || name === 'execute') {
        return async (sql: unknown, params: unknown, ...rest: unknown[]) => {
          const startedAt = performance.now();
          try {
            return await method(sql, params, ...rest);
          } finally {
            onStatement({
              sql: textOf(sql),
              params: Array.isArray(params) ? params : [],
              tookMs: performance.now() - startedAt,
            });
          }
        };
      }
      return method;
    },
  });
}

function watchedStatement(
  statement: unknown,
  sql: string,
  onStatement: (statement: Statement) => void,
): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  return new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      // The cast: as above.
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      if (!['run', 'get', 'all'].includes(String(name))) return method;
      return (...params: unknown[]) => {
        const startedAt = performance.now();
        try {
          return method(...params);
        } finally {
          onStatement({ sql, params: params.flat(), tookMs: performance.now() - startedAt });
        }
      };
    },
  });
}

function textOf(sql: unknown): string {
  if (typeof sql === 'string') return sql;
  if (typeof sql !== 'object' || sql === null) return '';
  const text: unknown = Reflect.get(sql, 'text') ?? Reflect.get(sql, 'sql');
  return typeof text === 'string' ? text : '';
}
