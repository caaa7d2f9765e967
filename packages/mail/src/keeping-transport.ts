import type { Mail, MailTransport } from './mail.ts';

/** Keeps mails instead of sending them: for development, where they are shown on a page. */
export function keepingTransport({
  from,
  keep,
}: {
  from: string;
  keep: (mail: Mail & { from: string }) => Promise<void>;
}): MailTransport {
  return { send: (mail) => keep({ ...mail, from }), close: () => undefined };
}
