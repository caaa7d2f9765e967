import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';

/** Why the API says no: what is the case, the tRPC code (which decides the HTTP status), and the sentence for a person. */
const reasons = {
  login_required: ['UNAUTHORIZED', 'Please log in to access this page.'],
  fresh_login_required: ['FORBIDDEN', 'Please reauthenticate to access this page.'],
  not_allowed: ['FORBIDDEN', 'Your account is not allowed to do that.'],
  wrong_password: ['UNAUTHORIZED', 'That password is not right. Try again.'],
  link_invalid: ['NOT_FOUND', 'This link is not good any more. It may have been used, or its time is over.'],
  last_admin: ['CONFLICT', 'This is the only administrator. Make somebody else one first.'],
  unknown_session: ['NOT_FOUND', 'There is no such session (any more).'],
  unknown_mail: ['NOT_FOUND', 'There is no such mail.'],
  invalid_credentials: ['UNAUTHORIZED', 'That user name or password is not right. Check both and try again.'],
  account_disabled: ['FORBIDDEN', 'This account has been disabled. Ask whoever runs this site.'],
  invalid_input: ['BAD_REQUEST', 'Some of what you entered needs another look.'],
  username_taken: ['CONFLICT', 'That user name is taken. Choose another one.'],
  cross_site: [
    'FORBIDDEN',
    'This request came from another site, so nothing was done. Go back to the page and try again.',
  ],
  too_large: ['PAYLOAD_TOO_LARGE', 'That is more than this site takes at once.'],
  invalid_request: ['BAD_REQUEST', 'This request could not be understood.'],
  unknown_procedure: ['NOT_FOUND', 'There is no such procedure.'],
  wrong_method: [
    'METHOD_NOT_SUPPORTED',
    'This procedure takes the other method: queries GET, mutations POST.',
  ],
  database_unavailable: [
    'SERVICE_UNAVAILABLE',
    'This site cannot get at its data just now. Try again in a moment.',
  ],
  unforeseen: ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side. Try again in a moment.'],
} as const satisfies Record<string, readonly [TRPC_ERROR_CODE_KEY, string]>;

export type Reason = keyof typeof reasons;

/** A sentence beside each field that needs another look. */
export type FieldProblems = Record<string, string>;

export const sentenceOf = (reason: Reason): string => reasons[reason][1];

export const codeOf = (reason: Reason): TRPC_ERROR_CODE_KEY => reasons[reason][0];

/** A foreseen no. Carries its reason to the error formatter, which hands it to the caller as `error.data.reason`. */
export class Refusal extends TRPCError {
  readonly reason: Reason;
  readonly fields: FieldProblems;

  constructor(reason: Reason, fields: FieldProblems = {}) {
    super({ code: codeOf(reason), message: sentenceOf(reason) });
    this.name = 'Refusal';
    this.reason = reason;
    this.fields = fields;
  }
}

/** The reason of what tRPC itself refuses before a procedure of ours is reached. */
export function reasonOfCode(code: TRPC_ERROR_CODE_KEY): Reason {
  switch (code) {
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'UNPROCESSABLE_CONTENT':
      return 'invalid_request';
    case 'NOT_FOUND':
      return 'unknown_procedure';
    case 'METHOD_NOT_SUPPORTED':
      return 'wrong_method';
    case 'PAYLOAD_TOO_LARGE':
      return 'too_large';
    default:
      return 'unforeseen';
  }
}
