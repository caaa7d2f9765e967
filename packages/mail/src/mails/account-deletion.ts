import type { Mail } from '../mail.ts';
import { letter, type Site } from './letter.ts';
import { inWords } from './trace.ts';

type DeletionScheduled = { site: Site; to: string; username: string; deletedAt: Date; keepLink: string };

export function deletionScheduled({ site, to, username, deletedAt, keepLink }: DeletionScheduled): Mail {
  return letter(site, {
    to,
    subject: 'Your account will be deleted',
    greet: username,
    parts: [
      `You are signed out everywhere. On ${inWords(deletedAt)} your account, and all that is kept about you, will be deleted.`,
      'Should you change your mind before, or should it not have been you, sign in and keep it:',
      { button: 'Keep the account', link: keepLink },
    ],
  });
}

/** The last one. */
export function accountDeleted({ site, to, username }: { site: Site; to: string; username: string }): Mail {
  return letter(site, {
    to,
    subject: 'Your account was deleted',
    greet: username,
    parts: ['Your account, and all that was kept about you, is deleted, as you wanted. Goodbye.'],
  });
}
