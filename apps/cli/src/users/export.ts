import { exportUsers, type UserRecord } from '@latchkey/db';
import { type FileFormat, detectFormatByName, userColumns, writeUsers } from '@latchkey/user-import';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { writeSecretFile } from './secret-file.ts';
import { printText } from '../terminal.ts';
import { countedUsers, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type ExportOptions = UsersOptions & { format?: FileFormat; force?: true };

export function configure(command: Command): void {
  addUsersOptions(command)
    .argument('[file]', 'file to create; default: standard output')
    .addOption(
      new Option('--format <format>', 'default: from the file name, or csv').choices(['csv', 'jsonl']),
    )
    .option('--force', 'replace an existing file')
    .action(async (file: string | undefined, options: ExportOptions) => {
      const format = options.format ?? detectFormatByName(file ?? '') ?? 'csv';
      if (file === undefined && options.json) {
        throw new CommandError('--json requires a FILE. To print the users as JSON lines: --format jsonl');
      }
      await withUsers(options, async (database) => {
        const counter = { users: 0 };
        const texts = writeUsers(counted(exportUsers(database), counter), userColumns(database), format);
        if (file === undefined) {
          await printText(texts);
          return;
        }
        await writeSecretFile(file, texts, { replaces: options.force ?? false });
        if (options.json) printJson({ file, format, ...counter });
        else
          printLine(
            `Wrote ${countedUsers(counter.users)} to ${file}. It contains password hashes: store it as securely as a backup.`,
          );
      });
    });
}

async function* counted(
  pages: AsyncIterable<UserRecord[]>,
  counter: { users: number },
): AsyncGenerator<UserRecord[]> {
  for await (const page of pages) {
    counter.users += page.length;
    yield page;
  }
}
