import { fillUsernameSkeletons } from '@latchkey/db/migration-data';
import { Migration } from '@mikro-orm/migrations';

export class Migration20261128130236_skeletons_of_existing_user_names extends Migration {
  static readonly after: readonly string[] = ['Migration20261128130146_username_skeletons'];
  override name = 'Migration20261128130236_skeletons_of_existing_user_names';

  override async up(): Promise<void> {
    await fillUsernameSkeletons(
      (sql, values) => this.execute(sql, values),
      'length(cast(username_key as blob)) <> length(username_key)',
    );
  }

  override down(): void {
    this.addSql(
      'update users set username_skeleton = null where length(cast(username_key as blob)) <> length(username_key)',
    );
  }
}
