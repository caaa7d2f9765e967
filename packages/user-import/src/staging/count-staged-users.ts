import type Sqlite from 'better-sqlite3';
import type { StagedCounts } from './staged-user.ts';

/** Counts the users of the import by what happens to them. */
export function countStagedUsers(sqlite: Sqlite.Database): StagedCounts {
  const sums = sqlite
    .prepare<[], Omit<StagedCounts, 'schemes'>>(
      `select count(*) filter (where is_existing = 0) as new, count(*) filter (where is_existing = 1) as existing,
         count(*) filter (where has_other_email = 1) as existingWithOtherEmail,
         count(*) filter (where is_existing = 0 and is_admin = 1) as admins,
         count(*) filter (where is_existing = 0 and is_disabled = 1) as disabled,
         count(*) filter (where is_existing = 0 and is_username_generated = 1) as generatedUsernames,
         (select count(*) from problems) as bad
       from users`,
    )
    .get();
  if (!sums) throw new Error('An aggregate query without groups returned no row.');
  return {
    ...sums,
    schemes: sqlite
      .prepare<[], StagedCounts['schemes'][number]>(
        'select scheme, count(*) as users, count(*) filter (where is_disabled = 0) as active, count(*) filter (where is_disabled = 0 and is_unverified = 1) as unverified from users where is_existing = 0 group by scheme order by 2 desc, 1',
      )
      .all(),
  };
}
