/** A mail to one person. Text and HTML say the same. */
export type Mail = { to: string; subject: string; text: string; html: string };

/** What takes mails away. */
export type MailTransport = {
  /** @throws MailError */
  send(mail: Mail): Promise<void>;
  close(): void;
};
