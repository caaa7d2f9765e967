/** A mail was not sent. The message contains no address and no password. */
export class MailError extends Error {
  readonly reason: 'refused' | 'unreachable' | 'deferred';
  /** Retrying cannot succeed. */
  readonly isPermanent: boolean;

  constructor(reason: MailError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MailError';
    this.reason = reason;
    this.isPermanent = reason === 'refused';
  }
}

/**
 * Converts an error of nodemailer. RFC 5321 §4.2.1: a 5yz reply is permanent, a 4yz reply transient. A refused login or
 * sender is treated as transient even with 5yz: it is a configuration error, and no mail may be lost because of it.
 */
export function toMailError(error: unknown): MailError {
  // The cast: nodemailer's types do not say which errors it throws.
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    if (typeof responseCode === 'number' && responseCode < 500) return deferred(responseCode);
    return new MailError('refused', `The mail server refused this mail (${describe(responseCode)}).`);
  }
  if (typeof responseCode === 'number') return deferred(responseCode);
  return new MailError('unreachable', `Cannot use the mail server (${describe(code)}).`);
}

const deferred = (responseCode: number) =>
  new MailError('deferred', `The mail server does not accept this mail at the moment (${responseCode}).`);

const describe = (code: unknown) =>
  typeof code === 'string' || typeof code === 'number' ? String(code) : 'no code';
