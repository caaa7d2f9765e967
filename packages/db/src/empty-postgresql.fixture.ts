import { hasSiblings, nameOf, onDatabase, type Run } from './test-servers.fixture.ts';

let asCreated: string | null = null;

/** Notes the state of a new database, once for each process: all of them begin alike. */
export async function recordInitialState(url: string): Promise<void> {
  asCreated ??= await onDatabase(url, stateOf);
}

/**
 * Empties a database, so that another test can use it.
 * @returns false when it is not as it was created, and has to be dropped
 */
export async function emptyPostgresql(url: string): Promise<boolean> {
  try {
    return await onDatabase(url, async (run) => {
      await run("set lock_timeout = '2s'; set client_min_messages = warning");
      if (await hasSiblings(run, 'postgresql', nameOf(url))) return false;
      await run(endOtherSessions);
      await run(dropEverything);
      return (await stateOf(run)) === asCreated;
    });
  } catch {
    // For example, the test has dropped or renamed it.
    return false;
  }
}

const endOtherSessions =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';

const dropEverything = `
  do $$ declare found record; begin
    for found in
      select oid::regclass as name, case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end as kind
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
    loop
      -- It may have been dropped together with another one.
      if to_regclass(found.name::text) is not null then execute format('drop %s %s cascade', found.kind, found.name); end if;
    end loop;
    for found in select oid::regprocedure as name from pg_proc where pronamespace = 'public'::regnamespace loop
      execute format('drop routine %s cascade', found.name);
    end loop;
    for found in select oid::regtype as name from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd') loop
      execute format('drop type %s cascade', found.name);
    end loop;
  end $$`;

/** What a test can leave in a database besides the objects above. Objects of users have numbers from 16384. */
async function stateOf(run: Run): Promise<string> {
  const [state] = await run(`
    select
      (select count(*) from pg_class where oid >= 16384 and relnamespace <> 'pg_toast'::regnamespace) as relations,
      (select count(*) from pg_proc where oid >= 16384) as routines,
      (select count(*) from pg_type where oid >= 16384) as types,
      (select count(*) from pg_namespace where oid >= 16384) as schemas,
      (select count(*) from pg_extension where oid >= 16384) as extensions,
      (select count(*) from pg_event_trigger) as event_triggers,
      (select count(*) from pg_default_acl) as default_rights,
      (select nspacl::text from pg_namespace where nspname = 'public') as schema_rights,
      to_jsonb(pg_database) - '{oid,datname,datfrozenxid,datminmxid}'::text[] as database,
      (select array_agg(setconfig::text) from pg_db_role_setting where setdatabase = pg_database.oid) as settings
    from pg_database where datname = current_database()`);
  return JSON.stringify(state);
}
