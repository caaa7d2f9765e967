/** Why a mail was not sent. Names no address and no password. */
export class MailError extends Error {
  readonly reason: 'refused' | 'unreachable' | 'not_accepted_now';
  /** Trying again would not help. */
  readonly isPermanent: boolean;

  constructor(reason: MailError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MailError';
    this.reason = reason;
    this.isPermanent = reason === 'refused';
  }
}

/**
 * What nodemailer throws, as a reason. RFC 5321 §4.2.1: 5yz is a no for good, 4yz one for now. A no to the user or the
 * password of the server is for now as well: it is a setting that somebody will put right, and no mail is to be lost by it.
 */
export function mailErrorOf(error: unknown): MailError {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    if (typeof responseCode === 'number' && responseCode < 500) return notNow(responseCode);
    return new MailError('refused', `The mail server refuses this mail (${text(responseCode)}).`);
  }
  if (typeof responseCode === 'number') return notNow(responseCode);
  return new MailError('unreachable', `The mail server cannot be used (${text(code)}).`);
}

const notNow = (responseCode: number) =>
  new MailError('not_accepted_now', `The mail server does not take this mail now (${responseCode}).`);

const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : 'no code';
