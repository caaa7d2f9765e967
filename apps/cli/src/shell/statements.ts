import { inspect } from 'node:util';
import { describeHash } from '@latchkey/auth';
import type { Database } from '@latchkey/db';

export type Statement = { sql: string; params: readonly unknown[]; tookMs: number };

/** Tells of every statement that the ORM sends, from now on. @returns what ends it */
export function watchStatements(database: Database, seen: (statement: Statement) => void): () => void {
  const logger = database.orm.config.getLogger();
  let isOver = false;
  logger.setDebugMode(['query']);
  logger.logQuery = ({ query = '', params, took }) => {
    if (isOver) return;
    seen({ sql: query, params: Array.isArray(params) ? params : [], tookMs: took ?? 0 });
  };
  return () => {
    isOver = true;
  };
}

/** The database, whose own client tells of its statements too: sessions are kept through it, past the ORM. */
export function withWatchedClient(database: Database, seen: (statement: Statement) => void): Database {
  return { ...database, nativeClient: async () => watched(await database.nativeClient(), seen) };
}

/** A statement on one line, as it may be shown, with its parameters and its time. */
export function lineOf({ sql, params, tookMs }: Statement): string {
  const text = sql
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/'((?:[^']|'')*)'/g, (literal, value: string) => (isSecret(value) ? `'${mask}'` : literal));
  const columnOf = columnsOf(text);
  const values = params.map((value, index) => shown(value, columnOf(index)));
  return `${text}${values.length > 0 ? `  [${values.join(', ')}]` : ''}  ${Math.round(tookMs)} ms`;
}

const mask = '***';

function shown(value: unknown, column: string): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return inspect(value, { breakLength: Infinity });
  return isSecret(value) || /password|token|secret/i.test(column) ? mask : JSON.stringify(value);
}

/** The hash of a password in any form that is known here, or of a token: SHA-256 in hex. */
function isSecret(value: string): boolean {
  if (/^[\da-f]{64}$/i.test(value)) return true;
  return value.length > 8 && !['unknown', 'none'].includes(describeHash(value).scheme);
}

/** Which column each parameter of a statement belongs to, as far as one sees from its text. */
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

/** The parts of the three drivers' clients that statements go through. */
function watched(client: object, seen: (statement: Statement) => void): object {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      // The cast: a method, by whose name one knows what it takes.
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      // better-sqlite3
      if (name === 'prepare') return (sql: string) => watchedStatement(method(sql), sql, seen);
      // pg and mysql2
      if (name === 'query' || name === 'execute') {
        return async (sql: unknown, params: unknown, ...rest: unknown[]) => {
          const startedAt = performance.now();
          try {
            return await method(sql, params, ...rest);
          } finally {
            seen({
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

function watchedStatement(statement: unknown, sql: string, seen: (statement: Statement) => void): unknown {
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
          seen({ sql, params: params.flat(), tookMs: performance.now() - startedAt });
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
