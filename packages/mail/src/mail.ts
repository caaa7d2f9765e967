/** A mail to one person. Text and HTML have the same content. */
export type Mail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The account the mail is about: stored with it, never sent. */
  userId?: string;
};

/** Sends mails. */
export type MailTransport = {
  /** @throws MailError */
  send(mail: Mail): Promise<void>;
  close(): void;
};
