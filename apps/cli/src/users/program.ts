import type { Command } from 'commander';
import { commandLine } from '../command-line.ts';

/** `pnpm users …` */
export function createUsersProgram(): Command {
  return commandLine('users', 'Manage user accounts.', {
    create: { description: 'Add a user.', load: () => import('./create.ts') },
    list: { description: 'List the users.', load: () => import('./list.ts') },
    show: { description: 'Show one user.', load: () => import('./show.ts') },
    passwd: {
      description: 'Set a new password for a user, and sign them out everywhere.',
      load: () => import('./passwd.ts'),
    },
    disable: {
      description: 'Refuse sign-in to a user, and sign them out everywhere.',
      load: () => import('./disable.ts'),
    },
    enable: { description: 'Allow a disabled user to sign in again.', load: () => import('./enable.ts') },
    role: {
      description: 'Make a user an administrator, or an ordinary user.',
      load: () => import('./role.ts'),
    },
    'sign-out': {
      description: 'End all sessions of a user, and forget their remembered browsers.',
      load: () => import('./sign-out.ts'),
    },
    import: {
      description: 'Import users from a file, or from the database of another system.',
      load: () => import('./import.ts'),
    },
    export: {
      description: 'Export all users with their password hashes, as CSV or JSON lines.',
      load: () => import('./export.ts'),
    },
  });
}
