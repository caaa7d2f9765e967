const admins = new Set(['admin', 'administrator', 'superadmin', 'superuser']);

/**
 * Whether a column of roles says administrator. It may name several, in any writing: `admin,user` (better-auth),
 * `["ROLE_ADMIN"]` (Symfony), `a:1:{s:13:"administrator";b:1;}` (WordPress). Only whole names count: `billing_admin` is none.
 */
export function saysAdmin(roles: string | null | undefined): boolean | null | undefined {
  if (typeof roles !== 'string') return roles;
  const names = roles.startsWith('a:') ? grantedInPhp(roles) : roles.split(/[\s,;|"'[\]{}]+/);
  return names.some((name) =>
    admins.has(
      name
        .toLowerCase()
        .replace(/^role_/, '')
        .replace(/[_-]/g, ''),
    ),
  );
}

/** The keys of a serialised PHP array whose value is true: WordPress may keep a role that was taken away, as false. */
const grantedInPhp = (serialised: string): string[] =>
  [...serialised.matchAll(/s:\d+:"([^"]*)";(?:b:1|i:1|s:1:"1");/g)].map(([, name = '']) => name);
