/** The fields of a user that can be imported, by their column names in exported files. */
export const fields = [
  'id',
  'username',
  'email',
  'email_verified_at',
  'pending_email',
  'password_hash',
  'password_changed_at',
  'role',
  'is_admin',
  'is_active',
  'is_disabled',
  'created_at',
  'updated_at',
  'delete_after',
  'alarmed_at',
] as const;

export type Field = (typeof fields)[number];
