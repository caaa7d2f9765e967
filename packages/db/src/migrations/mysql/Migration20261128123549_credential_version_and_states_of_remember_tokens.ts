import { Migration } from '@mikro-orm/migrations';

export class Migration20261128123549_credential_version_and_states_of_remember_tokens extends Migration {
  static readonly after: readonly string[] = ['Migration20261128120241_waiting_addresses'];
  override name = 'Migration20261128123549_credential_version_and_states_of_remember_tokens';

  override up(): void {
    this.addSql('alter table users add credential_version int not null default 0');
    this.addSql('alter table sessions add unproven_token_id varchar(64) null');
    this.addSql(`
      alter table remember_tokens
      add parent_id varchar(64) null,
      add presented_at datetime(3) null,
      add replaced_at datetime(3) null`);
  }

  override down(): void {
    this.addSql(
      'alter table remember_tokens drop column parent_id, drop column presented_at, drop column replaced_at',
    );
    this.addSql('alter table sessions drop column unproven_token_id');
    this.addSql('alter table users drop column credential_version');
  }
}
