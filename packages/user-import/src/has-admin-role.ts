/** The names of administrators' roles, in lower case without separators. */
export const adminRoleNames = ['admin', 'administrator', 'superadmin', 'superuser'] as const;

const admins: ReadonlySet<string> = new Set(adminRoleNames);

/**
 * Whether the value of a role column includes an administrator. It may list several roles, in any format: `admin,user`
 * (better-auth), `["ROLE_ADMIN"]` (Symfony), `a:1:{s:13:"administrator";b:1;}` (WordPress). `billing_admin` is another role.
 * @param others further names of such roles
 */
export function hasAdminRole(roles: string | null, others: readonly string[] = []): boolean {
  if (roles === null) return false;
  const names = roles.startsWith('a:') ? parsePhpRoles(roles) : roles.split(/[\s,;|"'[\]{}]+/);
  return names.some(
    (name) =>
      others.includes(name) ||
      admins.has(
        name
          .toLowerCase()
          .replace(/^role_/, '')
          .replace(/[_-]/g, ''),
      ),
  );
}

/** The keys of a serialized PHP array whose value is true. WordPress may store a revoked role as false. */
const parsePhpRoles = (serialized: string): string[] =>
  [...serialized.matchAll(/s:\d+:"([^"]*)";(?:b:1|i:1|s:1:"1");/g)].map(([, name = '']) => name);
