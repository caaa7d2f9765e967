import { exportUsers, type StoredUser } from '@latchkey/db';
import { formatByName, writeUsers, type FileFormat } from '@latchkey/moving';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { writeSecretFile } from './secret-file.ts';
import { print } from '../terminal.ts';
import { countedUsers, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type ExportOptions = UsersOptions & { format?: FileFormat; force?: true };

export function configure(command: Command): void {
  addUsersOptions(command)
    .argument('[file]', 'where to; without it, to standard output')
    .addOption(
      new Option('--format <format>', 'by default what the name of the file says, or else csv').choices([
        'csv',
        'jsonl',
      ]),
    )
    .option('--force', 'replace a file that is there')
    .action(async (file: string | undefined, options: ExportOptions) => {
      const format = options.format ?? formatByName(file ?? '') ?? 'csv';
      if (file === undefined && options.json) {
        throw new CommandError('--json answers about a file. To have the users themselves: --format jsonl');
      }
      await withUsers(options, async (database) => {
        const counter = { users: 0 };
        const texts = writeUsers(counted(exportUsers(database), counter), format);
        if (file === undefined) {
          await print(texts);
          return;
        }
        await writeSecretFile(file, texts, { replaces: options.force ?? false });
        if (options.json) writeJson({ file, format, ...counter });
        else
          writeLine(
            `${file} has ${countedUsers(counter.users)}. It holds password hashes: keep it like a backup.`,
          );
      });
    });
}

async function* counted(
  pages: AsyncIterable<StoredUser[]>,
  counter: { users: number },
): AsyncGenerator<StoredUser[]> {
  for await (const page of pages) {
    counter.users += page.length;
    yield page;
  }
}
