import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { start, type REPLServer } from 'node:repl';
import { inspect } from 'node:util';
import { readConfig, workspaceRoot } from '@latchkey/config';
import { requireCurrentSchema } from '@latchkey/db';
import { commandLine, onDatabase, run, say, withDatabase, type DatabaseOptions } from './command.ts';
import { evaluate, shellScope, type ShellScope } from './shell-scope.ts';

type ShellOptions = DatabaseOptions & { eval?: string };

/** `pnpm shell`: the application, to talk to. Twin of `flask shell`. */
const program = onDatabase(
  commandLine('shell', 'The application in a Node REPL: orm, em, entities, auth, api, as(user).'),
)
  .option('-e, --eval <expression>', 'print the value of one expression, and end')
  .action(async (options: ShellOptions) => {
    await withDatabase(options, async (database) => {
      await requireCurrentSchema(database);
      const { scope, end } = await shellScope(database, readConfig(process.env));
      try {
        if (options.eval !== undefined) say(shown(await evaluate(options.eval, scope)));
        else await talk(scope);
      } finally {
        await end();
      }
    });
  });

await run(program);

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 4, colors: process.stdout.isTTY });
}

/** What was typed is there again the next time. */
async function keepHistory(repl: REPLServer): Promise<void> {
  const folder = join(workspaceRoot, '.latchkey');
  await mkdir(folder, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    repl.setupHistory(join(folder, 'shell-history'), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function talk(scope: ShellScope): Promise<void> {
  say(`In scope: ${Object.keys(scope).join(', ')}. Await works; .exit ends.`);
  const repl = start({ prompt: 'latchkey> ' });
  Object.assign(repl.context, scope);
  if (process.stdin.isTTY) {
    await keepHistory(repl);
  }
  await once(repl, 'exit');
}
