import { stat } from 'node:fs/promises';
import type { Database, Engine } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { fine, note, wrong, type Finding } from './finding.ts';

/** What a setting should be. */
type SettingRule = {
  setting: string;
  /** If undefined, the value is only shown. */
  isValid?: (value: string) => boolean;
  /** The consequence of another value, and what to do. */
  advice?: string;
  /** Whether another value is acceptable, and results in a note. */
  isOptional?: true;
};

/**
 * Checks the settings of the file or server that affect durability and correctness. Settings that every connection of the
 * application overrides are left out.
 */
export async function checkSettings(database: Database): Promise<Finding[]> {
  const values = await readSettings[database.engine](database);
  const found = rules[database.engine]
    .filter(({ setting }) => values.has(setting))
    .map((rule) => toFinding(rule, values.get(rule.setting) ?? ''));
  return database.engine === 'sqlite' ? [...found, ...(await checkFileMode(database))] : found;
}

function toFinding({ setting, isValid, advice = '', isOptional }: SettingRule, value: string): Finding {
  const check = `setting ${setting}`;
  if (!isValid || isValid(value)) return fine(check, value);
  return isOptional ? note(check, value, advice) : wrong(check, value, advice);
}

const isOn = (value: string) => ['on', '1', 'ON'].includes(value);

const rules: Record<Engine, SettingRule[]> = {
  sqlite: [
    {
      setting: 'journal_mode',
      isValid: (value) => value === 'wal',
      advice:
        'The application switches the file to wal. If that fails, readers and the writer block each other: use a local disk.',
      isOptional: true,
    },
    { setting: 'encoding' },
  ],
  postgresql: [
    {
      setting: 'server_encoding',
      isValid: (value) => value === 'UTF8',
      advice:
        'Some characters cannot be stored. Create a database with the encoding UTF8, and copy the data: pnpm db copy',
    },
    {
      setting: 'fsync',
      isValid: isOn,
      advice: 'A power failure can destroy the database. Set fsync = on in postgresql.conf.',
    },
    {
      setting: 'full_page_writes',
      isValid: isOn,
      advice: 'A power failure can leave incomplete pages. Set full_page_writes = on in postgresql.conf.',
    },
    {
      setting: 'synchronous_commit',
      isValid: (value) => value !== 'off',
      advice: 'A crash can lose committed transactions. Set synchronous_commit = on.',
    },
    {
      setting: 'data_checksums',
      isValid: isOn,
      advice:
        'Damage on the disk is not detected. Enable checksums with pg_checksums while the server is stopped.',
      isOptional: true,
    },
    {
      setting: 'archive_mode',
      isValid: (value) => value !== 'off',
      advice: 'The server makes no continuous backup. See docs/operate.md.',
      isOptional: true,
    },
    { setting: 'default_transaction_isolation' },
    { setting: 'max_connections' },
  ],
  mysql: [
    {
      setting: 'character_set_database',
      isValid: (value) => value === 'utf8mb4',
      advice: 'New tables cannot store every character. Run: alter database … character set utf8mb4',
      isOptional: true,
    },
    { setting: 'collation_database' },
    {
      setting: 'sql_mode',
      isValid: (value) => /STRICT_(TRANS|ALL)_TABLES/.test(value),
      advice:
        'The application sets its own mode. Values that other programs write may be truncated silently. Add STRICT_TRANS_TABLES to sql_mode.',
      isOptional: true,
    },
    {
      setting: 'foreign_key_checks',
      isValid: isOn,
      advice: 'Foreign keys are not checked. Set foreign_key_checks = 1.',
    },
    {
      setting: 'innodb_flush_log_at_trx_commit',
      isValid: (value) => value === '1',
      advice: 'A power failure can lose committed transactions. Set innodb_flush_log_at_trx_commit = 1.',
    },
    {
      setting: 'innodb_doublewrite',
      isValid: (value) => !['OFF', '0'].includes(value),
      advice: 'A power failure can leave incomplete pages. Set innodb_doublewrite = 1.',
    },
    {
      setting: 'log_bin',
      isValid: isOn,
      advice: 'The server makes no continuous backup. See docs/operate.md.',
      isOptional: true,
    },
    { setting: 'transaction_isolation' },
    { setting: 'tx_isolation' },
    { setting: 'max_allowed_packet' },
  ],
};

const readSettings: Record<Engine, (database: Database) => Promise<Map<string, string>>> = {
  async sqlite(database) {
    const values = new Map<string, string>();
    for (const { setting } of rules.sqlite) {
      const [row] = await runSql(database, `pragma ${setting}`);
      values.set(setting, String(Object.values(row ?? {})[0]));
    }
    return values;
  },

  async postgresql(database) {
    const names = rules.postgresql.map(({ setting }) => `'${setting}'`).join();
    const rows = await runSql(database, `select name, setting from pg_settings where name in (${names})`);
    return new Map(rows.map((row) => [String(row['name']), String(row['setting'])]));
  },

  async mysql(database) {
    const names = rules.mysql.map(({ setting }) => `'${setting}'`).join();
    const rows = await runSql(database, `show variables where variable_name in (${names})`);
    const values = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
    // The mode of this connection is set by the application.
    const [global] = await runSql(database, 'select @@global.sql_mode as mode');
    return values.set('sql_mode', String(global?.['mode']));
  },
};

/** Checks that only the owner can read the file, which contains hashes of passwords and tokens. */
async function checkFileMode({ location }: Database): Promise<Finding[]> {
  if (location === ':memory:') return [];
  const mode = (await stat(location)).mode & 0o777;
  const octal = mode.toString(8).padStart(4, '0');
  if ((mode & 0o077) === 0) return [fine('file mode', octal)];
  return [note('file mode', octal, `Other users of this machine can read it. Run: chmod 600 ${location}`)];
}
