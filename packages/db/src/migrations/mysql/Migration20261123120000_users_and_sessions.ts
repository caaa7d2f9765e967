import { Migration } from '@mikro-orm/migrations';

export class Migration20261123120000_users_and_sessions extends Migration {
  static readonly after: readonly string[] = [];
  override name = 'Migration20261123120000_users_and_sessions';

  override up(): void {
    this.addSql(`
      create table users (
        id varchar(36) not null primary key,
        username varchar(64) not null,
        username_key varchar(255) not null,
        email varchar(254) null,
        email_key varchar(255) null,
        pending_email varchar(254) null,
        password_hash varchar(255) not null,
        role varchar(16) not null default 'user',
        is_active tinyint(1) not null default true,
        created_at datetime(3) not null,
        updated_at datetime(3) not null,
        unique users_username_key_unique (username_key),
        unique users_email_key_unique (email_key)
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table sessions (
        id varchar(64) not null primary key,
        user_id varchar(36) not null,
        expires_at datetime(3) not null,
        created_at datetime(3) not null,
        is_remembered tinyint(1) not null,
        index sessions_user_id_index (user_id),
        index sessions_expires_at_index (expires_at),
        constraint sessions_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);
  }

  override down(): void {
    this.addSql('drop table sessions');
    this.addSql('drop table users');
  }
}
