import { Migration } from '@mikro-orm/migrations';

export class Migration20261128123551_refuse_remember_tokens_that_were_used extends Migration {
  static readonly after: readonly string[] = [
    'Migration20261128123549_credential_version_and_states_of_remember_tokens',
  ];
  override name = 'Migration20261128123551_refuse_remember_tokens_that_were_used';

  override up(): void {
    // Their successors are unknown. They are refused, and prove a copy once a later token was presented.
    this.addSql(`
      update remember_tokens
      set replaced_at = created_at
      where rotated_at is not null and voided_at is null`);
  }

  // Without the column, a replaced token that was never used would be valid again.
  override down(): void {
    this.addSql(`
      update remember_tokens
      set voided_at = replaced_at
      where replaced_at is not null and voided_at is null`);
  }
}
