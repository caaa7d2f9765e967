import { Migration } from '@mikro-orm/migrations';

export class Migration20261123120000_users_and_sessions extends Migration {
  static readonly after: readonly string[] = [];
  override name = 'Migration20261123120000_users_and_sessions';

  override up(): void {
    this.addSql(`
      create table users (
        id text not null primary key,
        username text not null,
        username_key text not null,
        email text null,
        email_key text null,
        pending_email text null,
        password_hash text not null,
        role text not null default 'user',
        is_active integer not null default true,
        created_at datetime not null,
        updated_at datetime not null
      )`);
    this.addSql('create unique index users_username_key_unique on users (username_key)');
    this.addSql('create unique index users_email_key_unique on users (email_key)');

    this.addSql(`
      create table sessions (
        id text not null primary key,
        user_id text not null,
        expires_at integer not null,
        created_at datetime not null,
        is_remembered integer not null,
        constraint sessions_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index sessions_user_id_index on sessions (user_id)');
    this.addSql('create index sessions_expires_at_index on sessions (expires_at)');
  }

  override down(): void {
    this.addSql('drop table sessions');
    this.addSql('drop table users');
  }
}
