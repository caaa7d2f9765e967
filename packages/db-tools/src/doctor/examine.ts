import type { Database, Engine } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { checkCopy, checkIntegrity, checkReferences } from './check-integrity.ts';
import { checkDrift, checkMigrations } from './check-schema.ts';
import { checkSettings } from './check-settings.ts';
import { wrong, type Finding } from './finding.ts';
import { checkRoom, tableSizes, type TableSize } from './sizes.ts';

/** How it is with a database. */
export type Examination = {
  engine: Engine;
  version: string;
  location: string;
  isHealthy: boolean;
  findings: Finding[];
  tables: TableSize[];
};

/** Looks at everything that can be wrong with a database, and changes nothing. What cannot be looked at is a finding too. */
export async function examine(database: Database): Promise<Examination> {
  const findings: Finding[] = [];
  for (const [check, look] of checks) {
    findings.push(...(await look(database).catch((error: unknown) => [failed(check, error)])));
  }
  let tables: TableSize[] = [];
  try {
    tables = await tableSizes(database);
  } catch (error) {
    findings.push(failed('sizes', error));
  }
  return {
    engine: database.engine,
    version: await versionOf(database),
    location: database.location,
    isHealthy: findings.every(({ level }) => level !== 'wrong'),
    findings,
    tables,
  };
}

const checks: [check: string, look: (database: Database) => Promise<Finding[]>][] = [
  ['settings', checkSettings],
  ['integrity', checkIntegrity],
  ['migrations', checkMigrations],
  ['schema', checkDrift],
  ['references', checkReferences],
  ['copy', checkCopy],
  ['free disk', checkRoom],
];

function failed(check: string, error: unknown): Finding {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return wrong(
    check,
    `could not be looked at: ${reason}`,
    'Put right what is said above or here, and look again.',
  );
}

async function versionOf(database: Database): Promise<string> {
  const { engine } = database;
  const sql = engine === 'sqlite' ? 'select sqlite_version() as version' : 'select version() as version';
  const [row] = await runSql(database, sql);
  const version = String(row?.['version']);
  if (engine === 'sqlite') return `SQLite ${version}`;
  if (engine === 'mysql') return version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`;
  return /^PostgreSQL \S+/.exec(version)?.[0] ?? version;
}
