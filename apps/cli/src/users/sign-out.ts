import { endAllSessions, createVisibleUserMapper } from '@latchkey/db';
import type { Command } from 'commander';
import { printJson, printLine } from '../command-line.ts';
import { recordSecurityEvent } from './record-security-event.ts';
import { changeUser } from './users-command.ts';

export function configure(command: Command): void {
  changeUser(command, async (database, user, { json }) => {
    const ended = await endAllSessions(database, user.id);
    await recordSecurityEvent(database, user.id, 'all_sessions_ended');
    if (json) printJson({ ...createVisibleUserMapper(database)(user), ended });
    else printLine(`${user.username} is signed out everywhere; devices: ${ended}.`);
  });
}
