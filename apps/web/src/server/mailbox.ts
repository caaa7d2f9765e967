import type { ApiClient } from '@latchkey/api/client';
import { attempt } from './attempt.ts';

/** Whether mail goes to the mailbox for development, so that a page can lead there. */
export async function hasMailbox(api: ApiClient): Promise<boolean> {
  return (await attempt(api.development.mails.query())).ok;
}
