import { Migration } from '@mikro-orm/migrations';

export class Migration20261124090000_signing_in extends Migration {
  static readonly after: readonly string[] = ['Migration20261123120000_users_and_sessions'];
  override name = 'Migration20261124090000_signing_in';

  override up(): void {
    this.addSql(`
      alter table users
        add email_verified_at timestamptz(3) null,
        add password_changed_at timestamptz(3) null,
        add delete_after timestamptz(3) null,
        add alarmed_at timestamptz(3) null,
        add pending_email_key varchar(255) null`);
    this.addSql('create index users_pending_email_key_index on users (pending_email_key)');
    this.addSql('create index users_delete_after_index on users (delete_after)');

    // Tokens have another form from here on: whoever is signed in signs in once more.
    this.addSql('drop table sessions');

    this.addSql(`
      create table remembered_browsers (
        id varchar(36) not null primary key,
        user_id varchar(36) not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        last_seen_at timestamptz(3) not null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        constraint remembered_browsers_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index remembered_browsers_user_id_index on remembered_browsers (user_id)');
    this.addSql('create index remembered_browsers_expires_at_index on remembered_browsers (expires_at)');
    this.addSql('create index remembered_browsers_last_seen_at_index on remembered_browsers (last_seen_at)');
    this.addSql(`
      create table remember_tokens (
        id varchar(64) not null primary key,
        browser_id varchar(36) not null,
        created_at timestamptz(3) not null,
        rotated_at timestamptz(3) null,
        voided_at timestamptz(3) null,
        constraint remember_tokens_browser_id_foreign foreign key (browser_id) references remembered_browsers (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index remember_tokens_browser_id_index on remember_tokens (browser_id)');

    this.addSql(`
      create table sessions (
        id varchar(64) not null primary key,
        user_id varchar(36) not null,
        browser_id varchar(36) null,
        expires_at timestamptz(3) not null,
        created_at timestamptz(3) not null,
        last_seen_at timestamptz(3) not null,
        fresh_until timestamptz(3) not null,
        must_rotate boolean not null,
        replaced_id varchar(64) null,
        replaced_at timestamptz(3) null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        constraint sessions_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade,
        constraint sessions_browser_id_foreign foreign key (browser_id) references remembered_browsers (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index sessions_user_id_index on sessions (user_id)');
    this.addSql('create index sessions_browser_id_index on sessions (browser_id)');
    this.addSql('create index sessions_expires_at_index on sessions (expires_at)');
    this.addSql('create index sessions_last_seen_at_index on sessions (last_seen_at)');

    this.addSql(`
      create table mailed_links (
        id varchar(64) not null primary key,
        user_id varchar(36) not null,
        purpose varchar(32) not null,
        email varchar(254) not null,
        mail_id varchar(36) not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        constraint mailed_links_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index mailed_links_user_id_index on mailed_links (user_id)');
    this.addSql('create index mailed_links_mail_id_index on mailed_links (mail_id)');
    this.addSql('create index mailed_links_expires_at_index on mailed_links (expires_at)');

    this.addSql(`
      create table security_events (
        id varchar(36) not null primary key,
        user_id varchar(36) not null,
        kind varchar(40) not null,
        at timestamptz(3) not null,
        user_agent varchar(255) not null,
        address varchar(45) null,
        constraint security_events_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index security_events_user_id_index on security_events (user_id)');
    this.addSql('create index security_events_at_index on security_events (at)');

    this.addSql(`
      create table outgoing_mails (
        id varchar(36) not null primary key,
        user_id varchar(36) null,
        kind varchar(40) not null,
        data text not null,
        created_at timestamptz(3) not null,
        attempts int not null,
        next_attempt_at timestamptz(3) null,
        last_problem varchar(255) null,
        constraint outgoing_mails_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index outgoing_mails_user_id_index on outgoing_mails (user_id)');
    this.addSql('create index outgoing_mails_next_attempt_at_index on outgoing_mails (next_attempt_at)');
    this.addSql('create index outgoing_mails_created_at_index on outgoing_mails (created_at)');

    this.addSql(`
      create table development_mails (
        id varchar(36) not null primary key,
        user_id varchar(36) null,
        sender varchar(320) not null,
        recipient varchar(320) not null,
        subject varchar(998) not null,
        text text not null,
        html text not null,
        sent_at timestamptz(3) not null,
        constraint development_mails_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index development_mails_user_id_index on development_mails (user_id)');
    this.addSql('create index development_mails_sent_at_index on development_mails (sent_at)');
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
        expires_at timestamptz(3) not null,
        created_at timestamptz(3) not null,
        is_remembered boolean not null,
        constraint sessions_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index sessions_user_id_index on sessions (user_id)');
    this.addSql('create index sessions_expires_at_index on sessions (expires_at)');

    this.addSql(`
      alter table users
        drop column pending_email_key,
        drop column alarmed_at,
        drop column delete_after,
        drop column password_changed_at,
        drop column email_verified_at`);
  }
}
