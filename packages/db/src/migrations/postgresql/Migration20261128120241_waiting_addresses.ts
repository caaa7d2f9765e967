import { Migration } from '@mikro-orm/migrations';

export class Migration20261128120241_waiting_addresses extends Migration {
  static readonly after: readonly string[] = ['Migration20261124090000_signing_in'];
  override name = 'Migration20261128120241_waiting_addresses';

  override up(): void {
    this.addSql('alter table users rename column pending_email_key to waiting_email_key');
    this.addSql('alter index users_pending_email_key_index rename to users_waiting_email_key_index');

    // The address of a user without one was stored as pending. From here on, it is their own, and waits until it is verified.
    this.addSql('update users set waiting_email_key = null where email_key is not null');
    this.addSql(`
      update users
      set email = pending_email,
        waiting_email_key = coalesce(waiting_email_key, lower(pending_email)),
        pending_email = null
      where email_key is null and pending_email is not null`);
  }

  override down(): void {
    this.addSql(`
      update users
      set pending_email = email, email = null
      where email_key is null and email is not null`);
    this.addSql('alter index users_waiting_email_key_index rename to users_pending_email_key_index');
    this.addSql('alter table users rename column waiting_email_key to pending_email_key');
  }
}
