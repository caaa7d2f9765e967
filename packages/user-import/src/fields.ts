/**
 * The fields with rules of their own, by their column names in exported files. `is_admin`, `is_disabled`, `is_banned` and `banned_until` only exist in
 * other systems. All other columns of `User` are fields too, which are parsed by the type of the column.
 */
export const knownFields = [
  'id',
  'username',
  'email',
  'email_verified_at',
  'pending_email',
  'password_hash',
  'role',
  'is_admin',
  'is_active',
  'is_disabled',
  'is_banned',
  'banned_until',
  'created_at',
  'updated_at',
] as const;

export type KnownField = (typeof knownFields)[number];
