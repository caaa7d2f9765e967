import type { Mail, MailTransport } from './mail.ts';

/** Stores mails instead of sending them. Used for the development mailbox. */
export function createMailboxTransport({
  from,
  store,
}: {
  from: string;
  store: (mail: Mail & { from: string }) => Promise<void>;
}): MailTransport {
  return { send: (mail) => store({ ...mail, from }), close: () => undefined };
}
