const admins = new Set(['admin', 'administrator', 'superadmin', 'superuser']);

/**
 * Whether the value of a role column includes an administrator. It may list several roles, in any format: `admin,user`
 * (better-auth), `["ROLE_ADMIN"]` (Symfony), `a:1:{s:13:"administrator";b:1;}` (WordPress). `billing_admin` is another role.
 * @returns null and undefined for the same values
 */
export function hasAdminRole(roles: string | null | undefined): boolean | null | undefined {
  if (typeof roles !== 'string') return roles;
  const names = roles.startsWith('a:') ? parsePhpRoles(roles) : roles.split(/[\s,;|"'[\]{}]+/);
  return names.some((name) =>
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
