import { Migration } from '@mikro-orm/migrations';

export class Migration20261124090000_signing_in extends Migration {
  static readonly after: readonly string[] = ['Migration20261123120000_users_and_sessions'];
  override name = 'Migration20261124090000_signing_in';

  override up(): void {
    this.addSql(`
      alter table users
        add email_verified_at datetime(3) null,
        add password_changed_at datetime(3) null,
        add delete_after datetime(3) null,
        add alarmed_at datetime(3) null,
        add pending_email_key varchar(255) null,
        add index users_pending_email_key_index (pending_email_key),
        add index users_delete_after_index (delete_after)`);

    // Tokens have another form from here on: whoever is signed in signs in once more.
    this.addSql('drop table sessions');

    this.addSql(`
      create table remembered_browsers (
        id varchar(36) not null primary key,
        user_id varchar(36) not null,
        created_at datetime(3) not null,
        expires_at datetime(3) not null,
        last_seen_at datetime(3) not null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        index remembered_browsers_user_id_index (user_id),
        index remembered_browsers_expires_at_index (expires_at),
        index remembered_browsers_last_seen_at_index (last_seen_at),
        constraint remembered_browsers_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);
    this.addSql(`
      create table remember_tokens (
        id varchar(64) not null primary key,
        browser_id varchar(36) not null,
        created_at datetime(3) not null,
        rotated_at datetime(3) null,
        voided_at datetime(3) null,
        index remember_tokens_browser_id_index (browser_id),
        constraint remember_tokens_browser_id_foreign foreign key (browser_id) references remembered_browsers (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table sessions (
        id varchar(64) not null primary key,
        user_id varchar(36) not null,
        browser_id varchar(36) null,
        expires_at datetime(3) not null,
        created_at datetime(3) not null,
        last_seen_at datetime(3) not null,
        fresh_until datetime(3) not null,
        must_rotate tinyint(1) not null,
        replaced_id varchar(64) null,
        replaced_at datetime(3) null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        index sessions_user_id_index (user_id),
        index sessions_browser_id_index (browser_id),
        index sessions_expires_at_index (expires_at),
        index sessions_last_seen_at_index (last_seen_at),
        constraint sessions_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade,
        constraint sessions_browser_id_foreign foreign key (browser_id) references remembered_browsers (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table mailed_links (
        id varchar(64) not null primary key,
        user_id varchar(36) not null,
        purpose varchar(32) not null,
        email varchar(254) not null,
        mail_id varchar(36) not null,
        created_at datetime(3) not null,
        expires_at datetime(3) not null,
        index mailed_links_user_id_index (user_id),
        index mailed_links_mail_id_index (mail_id),
        index mailed_links_expires_at_index (expires_at),
        constraint mailed_links_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table security_events (
        id varchar(36) not null primary key,
        user_id varchar(36) not null,
        kind varchar(40) not null,
        at datetime(3) not null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        index security_events_user_id_index (user_id),
        index security_events_at_index (at),
        constraint security_events_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table outgoing_mails (
        id varchar(36) not null primary key,
        user_id varchar(36) null,
        kind varchar(40) not null,
        data text not null,
        created_at datetime(3) not null,
        attempts int not null,
        next_attempt_at datetime(3) null,
        last_problem varchar(255) null,
        index outgoing_mails_user_id_index (user_id),
        index outgoing_mails_next_attempt_at_index (next_attempt_at),
        index outgoing_mails_created_at_index (created_at),
        constraint outgoing_mails_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);

    this.addSql(`
      create table development_mails (
        id varchar(36) not null primary key,
        user_id varchar(36) null,
        sender varchar(320) not null,
        recipient varchar(320) not null,
        subject varchar(998) not null,
        text text not null,
        html text not null,
        sent_at datetime(3) not null,
        index development_mails_user_id_index (user_id),
        index development_mails_sent_at_index (sent_at),
        constraint development_mails_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      ) default character set utf8mb4 collate utf8mb4_bin engine = InnoDB`);
  }

  override down(): void {
    this.addSql('drop table development_mails');
    this.addSql('drop table outgoing_mails');
    this.addSql('drop table security_events');
    this.addSql('drop table mailed_links');
    this.addSql('drop table sessions');
    this.addSql('drop table remember_tokens');
    this.addSql('drop table remembered_browsers');
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

    this.addSql(`
      alter table users
        drop index users_delete_after_index,
        drop index users_pending_email_key_index,
        drop column pending_email_key,
        drop column alarmed_at,
        drop column delete_after,
        drop column password_changed_at,
        drop column email_verified_at`);
  }
}
