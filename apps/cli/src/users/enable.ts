import { createUserStore } from '@latchkey/db';
import type { Command } from 'commander';
import { recordSecurityEvent } from './record-security-event.ts';
import { changeUser, printChanged } from './users-command.ts';

export function configure(command: Command): void {
  changeUser(command, async (database, { id }, options) => {
    await createUserStore(database).setActive(id, true);
    await recordSecurityEvent(database, id, 'account_enabled');
    await printChanged(database, id, options, ({ username }) => `${username} is enabled.`);
  });
}
