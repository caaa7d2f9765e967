import { moveToCanonicalDomains, moveToSpelledDomains } from '@latchkey/db/migration-data';
import { Migration } from '@mikro-orm/migrations';

export class Migration20261128123912_canonical_domains extends Migration {
  static readonly after: readonly string[] = [
    'Migration20261128123551_refuse_remember_tokens_that_were_used',
  ];
  override name = 'Migration20261128123912_canonical_domains';

  override async up(): Promise<void> {
    await moveToCanonicalDomains((sql, values) => this.execute(sql, values), isNotAscii);
  }

  override async down(): Promise<void> {
    await moveToSpelledDomains((sql, values) => this.execute(sql, values), isNotAscii);
  }
}

/** The condition for a column whose text is not only ASCII. */
const isNotAscii = (column: string) => `length(${column}) <> char_length(${column})`;
