import { stat } from 'node:fs/promises';
import type { Database, Engine } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { fine, note, wrong, type Finding } from './finding.ts';

/** How a setting should be. */
type Wish = {
  setting: string;
  /** Undefined: any value will do, and is only shown. */
  isRight?: (value: string) => boolean;
  /** What it means that it is not so, and what to do. */
  otherwise?: string;
  /** Whether it is for whoever operates it to judge. */
  isAdvice?: true;
};

/**
 * The settings that decide whether what was acknowledged stays, and stays what it was: those of the file and of the server.
 * What every connection of the application sets for itself (`opening`) is always right, and says nothing.
 */
export async function checkSettings(database: Database): Promise<Finding[]> {
  const values = await readSettings[database.engine](database);
  const found = wishes[database.engine]
    .filter(({ setting }) => values.has(setting))
    .map((wish) => findingOf(wish, values.get(wish.setting) ?? ''));
  return database.engine === 'sqlite' ? [...found, ...(await checkFileMode(database))] : found;
}

function findingOf({ setting, isRight, otherwise = '', isAdvice }: Wish, value: string): Finding {
  const check = `setting ${setting}`;
  if (!isRight || isRight(value)) return fine(check, value);
  return isAdvice ? note(check, value, otherwise) : wrong(check, value, otherwise);
}

const isOn = (value: string) => ['on', '1', 'ON'].includes(value);

const wishes: Record<Engine, Wish[]> = {
  sqlite: [
    {
      setting: 'journal_mode',
      isRight: (value) => value === 'wal',
      otherwise:
        'The application will switch it to wal. Where that is not to be had, readers and the writer wait for each other: keep the file on a disk of this machine.',
      isAdvice: true,
    },
    { setting: 'encoding' },
  ],
  postgresql: [
    {
      setting: 'server_encoding',
      isRight: (value) => value === 'UTF8',
      otherwise:
        'Not every character can be stored. Make a database with encoding UTF8, and copy: pnpm db copy',
    },
    {
      setting: 'fsync',
      isRight: isOn,
      otherwise: 'A power cut may destroy everything. Set fsync = on in postgresql.conf.',
    },
    {
      setting: 'full_page_writes',
      isRight: isOn,
      otherwise: 'A power cut may leave half-written pages. Set full_page_writes = on in postgresql.conf.',
    },
    {
      setting: 'synchronous_commit',
      isRight: (value) => value !== 'off',
      otherwise: 'A crash may lose what was acknowledged. Set synchronous_commit = on.',
    },
    {
      setting: 'data_checksums',
      isRight: isOn,
      otherwise: 'Damage on the disk is not noticed. See pg_checksums, while the server is stopped.',
      isAdvice: true,
    },
    {
      setting: 'archive_mode',
      isRight: (value) => value !== 'off',
      otherwise: 'There is no continuous backup by the server: see docs/operate.md.',
      isAdvice: true,
    },
    { setting: 'default_transaction_isolation' },
    { setting: 'max_connections' },
  ],
  mysql: [
    {
      setting: 'character_set_database',
      isRight: (value) => value === 'utf8mb4',
      otherwise: 'New tables would not take every character: alter database … character set utf8mb4',
      isAdvice: true,
    },
    { setting: 'collation_database' },
    {
      setting: 'sql_mode',
      isRight: (value) => /STRICT_(TRANS|ALL)_TABLES/.test(value),
      otherwise:
        'The application has its own. What other programs write is cut off in silence where it does not fit: put STRICT_TRANS_TABLES into sql_mode.',
      isAdvice: true,
    },
    {
      setting: 'foreign_key_checks',
      isRight: isOn,
      otherwise: 'References are not watched over. Set foreign_key_checks = 1.',
    },
    {
      setting: 'innodb_flush_log_at_trx_commit',
      isRight: (value) => value === '1',
      otherwise: 'A power cut may lose what was acknowledged. Set innodb_flush_log_at_trx_commit = 1.',
    },
    {
      setting: 'innodb_doublewrite',
      isRight: (value) => !['OFF', '0'].includes(value),
      otherwise: 'A power cut may leave half-written pages. Set innodb_doublewrite = 1.',
    },
    {
      setting: 'log_bin',
      isRight: isOn,
      otherwise: 'There is no continuous backup by the server: see docs/operate.md.',
      isAdvice: true,
    },
    { setting: 'transaction_isolation' },
    { setting: 'tx_isolation' },
    { setting: 'max_allowed_packet' },
  ],
};

const readSettings: Record<Engine, (database: Database) => Promise<Map<string, string>>> = {
  async sqlite(database) {
    const values = new Map<string, string>();
    for (const { setting } of wishes.sqlite) {
      const [row] = await runSql(database, `pragma ${setting}`);
      values.set(setting, String(Object.values(row ?? {})[0]));
    }
    return values;
  },

  async postgresql(database) {
    const names = wishes.postgresql.map(({ setting }) => `'${setting}'`).join();
    const rows = await runSql(database, `select name, setting from pg_settings where name in (${names})`);
    return new Map(rows.map((row) => [String(row['name']), String(row['setting'])]));
  },

  async mysql(database) {
    const names = wishes.mysql.map(({ setting }) => `'${setting}'`).join();
    const rows = await runSql(database, `show variables where variable_name in (${names})`);
    const values = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
    // Of this connection, the application has set it.
    const [others] = await runSql(database, 'select @@global.sql_mode as mode');
    return values.set('sql_mode', String(others?.['mode']));
  },
};

/** Hashes of passwords and tokens are in it. */
async function checkFileMode({ location }: Database): Promise<Finding[]> {
  if (location === ':memory:') return [];
  const mode = (await stat(location)).mode & 0o777;
  const shown = mode.toString(8).padStart(4, '0');
  if ((mode & 0o077) === 0) return [fine('file mode', shown)];
  return [note('file mode', shown, `Others on this machine may read it: chmod 600 ${location}`)];
}
