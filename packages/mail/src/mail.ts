/** A mail to one person. Text and HTML say the same. */
export type Mail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Whose account it is about, for where mails are kept; it says so to nobody. */
  userId?: string;
};

/** What takes mails away. */
export type MailTransport = {
  /** @throws MailError */
  send(mail: Mail): Promise<void>;
  close(): void;
};
