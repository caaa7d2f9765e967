import type { Database, Engine } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { checkCopy, checkIntegrity, checkReferences } from './check-integrity.ts';
import { checkDrift, checkMigrations } from './check-schema.ts';
import { checkSettings } from './check-settings.ts';
import { wrong, type Finding } from './finding.ts';
import { checkFreeDisk, readTableSizes, type TableSize } from './disk-usage.ts';

/** The result of examining a database. */
export type Examination = {
  engine: Engine;
  version: string;
  location: string;
  isHealthy: boolean;
  findings: Finding[];
  tables: TableSize[];
};

/** Runs all checks on a database without changing it. A check that fails is a finding. */
export async function examine(database: Database): Promise<Examination> {
  const findings: Finding[] = [];
  for (const [check, run] of checks) {
    findings.push(...(await run(database).catch((error: unknown) => [failed(check, error)])));
  }
  let tables: TableSize[] = [];
  try {
    tables = await readTableSizes(database);
  } catch (error) {
    findings.push(failed('sizes', error));
  }
  return {
    engine: database.engine,
    version: await readVersion(database),
    location: database.location,
    isHealthy: findings.every(({ level }) => level !== 'wrong'),
    findings,
    tables,
  };
}

const checks: [check: string, run: (database: Database) => Promise<Finding[]>][] = [
  ['settings', checkSettings],
  ['integrity', checkIntegrity],
  ['migrations', checkMigrations],
  ['schema', checkDrift],
  ['references', checkReferences],
  ['copy', checkCopy],
  ['free disk', checkFreeDisk],
];

function failed(check: string, error: unknown): Finding {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return wrong(
    check,
    `The check failed: ${reason}`,
    'Correct this problem and those above, then run the doctor again.',
  );
}

async function readVersion(database: Database): Promise<string> {
  const { engine } = database;
  const sql = engine === 'sqlite' ? 'select sqlite_version() as version' : 'select version() as version';
  const [row] = await runSql(database, sql);
  const version = String(row?.['version']);
  if (engine === 'sqlite') return `SQLite ${version}`;
  if (engine === 'mysql') return version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`;
  return /^PostgreSQL \S+/.exec(version)?.[0] ?? version;
}
