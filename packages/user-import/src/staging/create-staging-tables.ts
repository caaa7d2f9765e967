import Sqlite from 'better-sqlite3';

/**
 * Creates the empty tables in a temporary database. SQLite deletes the name of its temporary file as soon as it is open, so
 * the file is removed even if the process is killed (https://sqlite.org/inmemorydb.html, "Temporary Databases").
 */
export function createStagingTables(): Sqlite.Database {
  const sqlite = new Sqlite('');
  for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -32768'])
    sqlite.pragma(pragma);
  sqlite.exec(`
    create table users (
      line integer primary key,
      id text,
      username text not null,
      username_key text unique,
      email_key text unique,
      is_username_generated integer not null,
      is_existing integer not null default 0,
      has_other_email integer not null default 0,
      scheme text not null,
      is_admin integer not null,
      is_disabled integer not null,
      is_unverified integer not null,
      properties text not null
    );
    create unique index users_id on users (id) where id is not null;
    create table problems (line integer not null, who text, problem text not null);
    create table suffixes (username_key text primary key, next integer not null) without rowid;
    begin`);
  return sqlite;
}
