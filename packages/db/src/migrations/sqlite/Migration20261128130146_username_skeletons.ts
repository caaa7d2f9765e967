import { Migration } from '@mikro-orm/migrations';

export class Migration20261128130146_username_skeletons extends Migration {
  static readonly after: readonly string[] = ['Migration20261128123912_canonical_domains'];
  override name = 'Migration20261128130146_username_skeletons';

  override up(): void {
    this.addSql('alter table users add column username_skeleton text null');
    // The others follow in the next migration: their skeletons are computed.
    this.addSql(
      'update users set username_skeleton = username_key where length(cast(username_key as blob)) = length(username_key)',
    );
    this.addSql('create unique index users_username_skeleton_unique on users (username_skeleton)');
  }

  override down(): void {
    this.addSql('drop index users_username_skeleton_unique');
    this.addSql('alter table users drop column username_skeleton');
  }
}
