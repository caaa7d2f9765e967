import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail received by the test server. */
export type ReceivedMail = {
  /** The recipients of the SMTP envelope. */
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  /** The URLs in the text. */
  links: string[];
  /** The name with which the client has greeted the server. */
  greeting: string;
  /** The header fields, with names in lower case and unfolded values. */
  headers: ReadonlyMap<string, string>;
};

/** An SMTP server on this machine, for tests. */
export type TestSmtpServer = {
  url: string;
  mails: readonly ReceivedMail[];
  /** Resolves with the next mail not returned yet. */
  received(): Promise<ReceivedMail>;
  /** Replies to every following mail with this code; null accepts them again. */
  answerWith(code: number | null): void;
  stop(): Promise<void>;
};

/** Starts an SMTP server. @param port 0 for any free port; a fixed one restarts a server at the same URL */
export async function startSmtpServer({ port = 0 } = {}): Promise<TestSmtpServer> {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventTarget();
  let read = 0;
  let refusal: number | null = null;

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, done) {
      done(refusal === null ? null : Object.assign(new Error('Not now.'), { responseCode: refusal }));
    },
    onData(stream, { envelope, hostNameAppearsAs }, done) {
      simpleParser(stream)
        .then((parsed) => {
          const text = parsed.text ?? '';
          mails.push({
            to: envelope.rcptTo.map(({ address }) => address),
            from: parsed.from?.text ?? '',
            subject: parsed.subject ?? '',
            text,
            html: parsed.html || '',
            links: text.match(/https?:\/\/\S+/g) ?? [],
            greeting: hostNameAppearsAs,
            headers: new Map(parsed.headerLines.map(({ key, line }) => [key, valueOf(line)])),
          });
          done();
          arrivals.dispatchEvent(new Event('mail'));
        })
        .catch((error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        });
    },
  });
  server.on('error', () => undefined); // Emitted when a client disconnects.
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');

  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    async received() {
      const signal = AbortSignal.timeout(8000);
      while (mails.length <= read) await once(arrivals, 'mail', { signal });
      const mail = mails[read++];
      if (!mail) throw new Error('No mail arrived.');
      return mail;
    },
    answerWith(code) {
      refusal = code;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

/** The value of an unparsed header field, without its line breaks (RFC 5322 §2.2.3). */
const valueOf = (line: string) =>
  line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n/g, '')
    .trim();
