import { normalizeColumnName } from './choose-columns.ts';
import { adminRoleNames } from './has-admin-role.ts';
import type { RolesSelection, TablesFound } from './system.ts';

/**
 * Finds the roles that a system stores in tables of their own: a table that links users and roles, such as `roles_users`
 * (Flask-Security), `users_roles` (Rolify) and `model_has_roles` (Laravel), or a column `role_id` of the users.
 */
export function chooseRoles(
  found: TablesFound,
  userColumns: readonly string[],
  adminRoles: readonly string[],
): RolesSelection | null {
  const roles = findFirst(found, ['role', 'roles'], [['id'], ['name', 'slug', 'title']]);
  if (!roles) return null;
  const [id = '', name = ''] = roles.columns;
  const selected = { table: roles.table, id, name, admins: [...adminRoleNames, ...adminRoles] };

  const link = findFirst(found, linkTables, [['userid', 'modelid', 'accountid'], ['roleid']]);
  if (link) {
    const [user = '', role = ''] = link.columns;
    return { ...selected, link: { table: link.table, user, role }, column: null };
  }
  const column = userColumns.find((own) => normalizeColumnName(own) === 'roleid');
  return column === undefined ? null : { ...selected, link: null, column };
}

const linkTables = [
  'roles_users',
  'users_roles',
  'user_roles',
  'role_user',
  'user_role',
  'role_users',
  'model_has_roles',
];

/** The first of the tables that has a column for each of the lists of names. */
function findFirst(
  found: TablesFound,
  names: readonly string[],
  columns: readonly (readonly string[])[],
): { table: string; columns: string[] } | null {
  for (const name of names) {
    for (const [table, own] of found) {
      if (table.toLowerCase() !== name) continue;
      const chosen = columns.flatMap((choices) => {
        const column = choices.flatMap((choice) =>
          own.filter((one) => normalizeColumnName(one) === choice),
        )[0];
        return column === undefined ? [] : [column];
      });
      if (chosen.length === columns.length) return { table, columns: chosen };
    }
  }
  return null;
}
