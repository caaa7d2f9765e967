import { Migration } from '@mikro-orm/migrations';

export class Migration20261124090000_signing_in extends Migration {
  static readonly after: readonly string[] = ['Migration20261123120000_users_and_sessions'];
  override name = 'Migration20261124090000_signing_in';

  override up(): void {
    this.addSql('alter table users add column email_verified_at datetime null');
    this.addSql('alter table users add column password_changed_at datetime null');
    this.addSql('alter table users add column delete_after datetime null');
    this.addSql('alter table users add column alarmed_at datetime null');
    this.addSql('alter table users add column pending_email_key text null');
    this.addSql('create index users_pending_email_key_index on users (pending_email_key)');
    this.addSql('create index users_delete_after_index on users (delete_after)');

    // Tokens have another form from here on: whoever is signed in signs in once more.
    this.addSql('drop table sessions');

    this.addSql(`
      create table remembered_browsers (
        id text not null primary key,
        user_id text not null,
        created_at datetime not null,
        expires_at datetime not null,
        last_seen_at datetime not null,
        user_agent text not null,
        address text null,
        constraint remembered_browsers_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index remembered_browsers_user_id_index on remembered_browsers (user_id)');
    this.addSql('create index remembered_browsers_expires_at_index on remembered_browsers (expires_at)');
    this.addSql('create index remembered_browsers_last_seen_at_index on remembered_browsers (last_seen_at)');
    this.addSql(`
      create table remember_tokens (
        id text not null primary key,
        browser_id text not null,
        created_at datetime not null,
        rotated_at datetime null,
        voided_at datetime null,
        constraint remember_tokens_browser_id_foreign foreign key (browser_id) references remembered_browsers (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index remember_tokens_browser_id_index on remember_tokens (browser_id)');

    this.addSql(`
      create table sessions (
        id text not null primary key,
        user_id text not null,
        browser_id text null,
        expires_at integer not null,
        created_at datetime not null,
        last_seen_at datetime not null,
        fresh_until datetime not null,
        must_rotate integer not null,
        replaced_id text null,
        replaced_at datetime null,
        user_agent text not null,
        address text null,
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
        id text not null primary key,
        user_id text not null,
        purpose text not null,
        email text not null,
        mail_id text not null,
        created_at datetime not null,
        expires_at datetime not null,
        constraint mailed_links_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index mailed_links_user_id_index on mailed_links (user_id)');
    this.addSql('create index mailed_links_mail_id_index on mailed_links (mail_id)');
    this.addSql('create index mailed_links_expires_at_index on mailed_links (expires_at)');

    this.addSql(`
      create table security_events (
        id text not null primary key,
        user_id text not null,
        kind text not null,
        at datetime not null,
        user_agent text not null,
        address text null,
        constraint security_events_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index security_events_user_id_index on security_events (user_id)');
    this.addSql('create index security_events_at_index on security_events (at)');

    this.addSql(`
      create table outgoing_mails (
        id text not null primary key,
        user_id text null,
        kind text not null,
        data text not null,
        created_at datetime not null,
        attempts integer not null,
        next_attempt_at datetime null,
        last_problem text null,
        constraint outgoing_mails_user_id_foreign foreign key (user_id) references users (id)
          on update cascade on delete cascade
      )`);
    this.addSql('create index outgoing_mails_user_id_index on outgoing_mails (user_id)');
    this.addSql('create index outgoing_mails_next_attempt_at_index on outgoing_mails (next_attempt_at)');
    this.addSql('create index outgoing_mails_created_at_index on outgoing_mails (created_at)');

    this.addSql(`
      create table development_mails (
        id text not null primary key,
        user_id text null,
        sender text not null,
        recipient text not null,
        subject text not null,
        text text not null,
        html text not null,
        sent_at datetime not null,
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

    this.addSql('drop index users_delete_after_index');
    this.addSql('drop index users_pending_email_key_index');
    this.addSql('alter table users drop column pending_email_key');
    this.addSql('alter table users drop column alarmed_at');
    this.addSql('alter table users drop column delete_after');
    this.addSql('alter table users drop column password_changed_at');
    this.addSql('alter table users drop column email_verified_at');
  }
}
