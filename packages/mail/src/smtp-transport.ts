import type { Transporter } from 'nodemailer';
import { greetingName } from './greeting-name.ts';
import { toMailError } from './mail-error.ts';
import type { MailTransport } from './mail.ts';

export type SmtpOptions = {
  /** `smtp://user:password@host:port`, upgraded to TLS where the server offers STARTTLS, or `smtps://…` */
  url: string;
  from: string;
  /**
   * The host name, or IP address, with which the server is greeted (RFC 5321 §4.1.1.1). A machine without a full name would
   * greet with `[127.0.0.1]`, which many servers reject.
   */
  hostname: string;
};

/**
 * Sends mails by SMTP.
 */
export function createSmtpTransport(options: SmtpOptions): MailTransport {
  let transporter: Promise<Transporter> | undefined;
  // nodemailer is loaded with the first mail: most processes send none.
  const load = () => (transporter ??= createTransporter(options));

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

async function createTransporter({ url, from, hostname }: SmtpOptions): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport(
    {
      url,
      name: greetingName(hostname),
      pool: true,
      maxConnections: 3,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      // Mails have text only: nodemailer never needs to read a file or fetch a URL.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from, headers: automatic },
  );
}

/** RFC 3834 §5: replies for absences and similar programs do not answer. */
const automatic = { 'Auto-Submitted': 'auto-generated' };

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
