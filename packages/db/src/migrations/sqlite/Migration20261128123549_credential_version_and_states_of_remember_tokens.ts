import { Migration } from '@mikro-orm/migrations';

export class Migration20261128123549_credential_version_and_states_of_remember_tokens extends Migration {
  static readonly after: readonly string[] = ['Migration20261128120241_waiting_addresses'];
  override name = 'Migration20261128123549_credential_version_and_states_of_remember_tokens';

  override up(): void {
    this.addSql('alter table users add column credential_version integer not null default 0');
    this.addSql('alter table sessions add column unproven_token_id text null');
    this.addSql('alter table remember_tokens add column parent_id text null');
    this.addSql('alter table remember_tokens add column presented_at datetime null');
    this.addSql('alter table remember_tokens add column replaced_at datetime null');
  }

  override down(): void {
    this.addSql('alter table remember_tokens drop column parent_id');
    this.addSql('alter table remember_tokens drop column presented_at');
    this.addSql('alter table remember_tokens drop column replaced_at');
    this.addSql('alter table sessions drop column unproven_token_id');
    this.addSql('alter table users drop column credential_version');
  }
}
