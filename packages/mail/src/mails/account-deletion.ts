import type { Mail } from '../mail.ts';
import { renderLayout, type Site } from './mail-layout.ts';
import { formatTime } from './request-origin.ts';

type DeletionScheduled = { site: Site; to: string; username: string; deletedAt: Date; keepLink: string };

export function deletionScheduled({ site, to, username, deletedAt, keepLink }: DeletionScheduled): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your account will be deleted',
    username,
    parts: [
      `Your account is scheduled for deletion, and every device was signed out. On ${formatTime(deletedAt)} the account and all its data will be deleted permanently.`,
      'If you change your mind, or if this was not you, sign in before that date and keep the account:',
      { button: 'Keep my account', link: keepLink },
    ],
  });
}

/** Sent after the account's data was deleted. */
export function accountDeleted({ site, to, username }: { site: Site; to: string; username: string }): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your account was deleted',
    username,
    parts: ['Your account and all its data were deleted, as you requested.'],
  });
}
