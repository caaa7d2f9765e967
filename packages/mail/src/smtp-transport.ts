import type { Transporter } from 'nodemailer';
import { toMailError } from './mail-error.ts';
import type { MailTransport } from './mail.ts';

/**
 * Sends mails by SMTP.
 * @param url `smtp://user:password@host:port`, upgraded to TLS where the server offers STARTTLS, or `smtps://…`
 */
export function createSmtpTransport({ url, from }: { url: string; from: string }): MailTransport {
  let transporter: Promise<Transporter> | undefined;
  // nodemailer is loaded with the first mail: most processes send none.
  const load = () => (transporter ??= createTransporter(url, from));

  return {
    async send({ to, subject, text, html }) {
      try {
        // As an object, the address is never split at commas.
        const transport = await load();
        await transport.sendMail({ to: { name: '', address: to }, subject: oneLine(subject), text, html });
      } catch (error) {
        throw toMailError(error);
      }
    },
    close() {
      void transporter?.then((transport) => transport.close());
    },
  };
}

async function createTransporter(url: string, from: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport(
    {
      url,
      pool: true,
      maxConnections: 3,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      // Mails have text only: nodemailer never needs to read a file or fetch a URL.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
