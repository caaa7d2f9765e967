import { stringify } from 'csv-stringify/sync';
import type { UserRecord } from '@latchkey/db';
import type { Field } from './fields.ts';
import type { FileFormat } from './text-file.ts';

/** The values of a user, by names that `import` maps without `--map`. */
function toFields(user: UserRecord) {
  const row = {
    id: user.id,
    username: user.username,
    email: user.email,
    email_verified_at: user.emailVerifiedAt?.toISOString() ?? null,
    pending_email: user.pendingEmail,
    password_hash: user.passwordHash,
    password_changed_at: user.passwordChangedAt?.toISOString() ?? null,
    role: user.role,
    is_active: user.isActive,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    delete_after: user.deleteAfter?.toISOString() ?? null,
    alarmed_at: user.tokenTheftDetectedAt?.toISOString() ?? null,
  };
  return row satisfies Partial<Record<Field, unknown>>;
}

const columns = [
  'id',
  'username',
  'email',
  'email_verified_at',
  'pending_email',
  'password_hash',
  'password_changed_at',
  'role',
  'is_active',
  'created_at',
  'updated_at',
  'delete_after',
  'alarmed_at',
] as const satisfies (keyof ReturnType<typeof toFields>)[];

/** Formats users as a file, in parts. */
export async function* writeUsers(
  users: AsyncIterable<readonly UserRecord[]>,
  format: FileFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield `${columns.join(',')}\n`;
  for await (const batch of users) {
    const rows = batch.map(toFields);
    yield format === 'csv'
      ? stringify(rows, { columns: [...columns], cast: { boolean: String } })
      : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}
