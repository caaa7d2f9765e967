import { createTransport } from 'nodemailer';
import { mailErrorOf } from './mail-error.ts';
import type { MailTransport } from './mail.ts';

/**
 * Sends by SMTP.
 * @param url `smtp://user:password@host:port`, which goes over to TLS where the server offers it, or `smtps://…`
 */
export function smtpTransport({ url, from }: { url: string; from: string }): MailTransport {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 3,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      // A mail is made of texts: nothing in it is a file to be read or an address to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );

  return {
    async send({ to, subject, text, html }) {
      try {
        // An address as an object is one address, whatever commas are in it.
        await transport.sendMail({ to: { name: '', address: to }, subject: oneLine(subject), text, html });
      } catch (error) {
        throw mailErrorOf(error);
      }
    },
    close() {
      transport.close();
    },
  };
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
