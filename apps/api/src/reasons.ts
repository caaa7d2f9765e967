import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';

/** The reasons to refuse a request: a stable name, the tRPC code (which decides the HTTP status), and a sentence for users. */
const reasons = {
  login_required: ['UNAUTHORIZED', 'Please log in to access this page.'],
  fresh_login_required: ['FORBIDDEN', 'Please reauthenticate to access this page.'],
  not_allowed: ['FORBIDDEN', 'Your account does not have access to this.'],
  wrong_password: ['UNAUTHORIZED', 'Wrong password. Try again.'],
  link_invalid: ['NOT_FOUND', 'This link has expired or was already used.'],
  last_admin: ['CONFLICT', 'This is the only administrator. Make another user an administrator first.'],
  unknown_session: ['NOT_FOUND', 'This session no longer exists.'],
  unknown_mail: ['NOT_FOUND', 'This mail does not exist.'],
  invalid_credentials: ['UNAUTHORIZED', 'Wrong user name or password.'],
  account_disabled: ['FORBIDDEN', 'This account is disabled. Contact the site’s administrator.'],
  invalid_input: ['BAD_REQUEST', 'Check the fields below.'],
  username_confusable: ['CONFLICT', 'That user name looks like that of another user. Choose another one.'],
  username_taken: ['CONFLICT', 'That user name is taken. Choose another one.'],
  email_not_verified: [
    'FORBIDDEN',
    'Verify your e-mail address first. Open the link in the e-mail that we have sent you.',
  ],
  registration_closed: ['FORBIDDEN', 'This site does not accept new accounts.'],
  cross_site: [
    'FORBIDDEN',
    'This request came from another site and was refused. Open the page again and retry.',
  ],
  too_large: ['PAYLOAD_TOO_LARGE', 'The request is too large.'],
  invalid_request: ['BAD_REQUEST', 'The request is malformed.'],
  unknown_procedure: ['NOT_FOUND', 'This procedure does not exist.'],
  wrong_method: ['METHOD_NOT_SUPPORTED', 'Call queries with GET and mutations with POST.'],
  database_unavailable: [
    'SERVICE_UNAVAILABLE',
    'The service is temporarily unavailable. Try again in a moment.',
  ],
  outcome_unknown: [
    'SERVICE_UNAVAILABLE',
    'The service did not answer in time. Your change may have been saved: check before you try again.',
  ],
  busy: ['SERVICE_UNAVAILABLE', 'Too many requests at the moment. Try again in a few seconds.'],
  unforeseen: ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side. Try again in a moment.'],
} as const satisfies Record<string, readonly [TRPC_ERROR_CODE_KEY, string]>;

export type Reason = keyof typeof reasons;

/** An error message for each invalid field. */
export type FieldProblems = Record<string, string>;

export const getSentence = (reason: Reason): string => reasons[reason][1];

export const getCode = (reason: Reason): TRPC_ERROR_CODE_KEY => reasons[reason][0];

/** A refused request. The error formatter sends its reason as `error.data.reason`. */
export class Refusal extends TRPCError {
  readonly reason: Reason;
  readonly fields: FieldProblems;

  constructor(reason: Reason, fields: FieldProblems = {}) {
    super({ code: getCode(reason), message: getSentence(reason) });
    this.name = 'Refusal';
    this.reason = reason;
    this.fields = fields;
  }
}

/** The reason of an error that tRPC raises before it calls a procedure. */
export function getReasonForCode(code: TRPC_ERROR_CODE_KEY): Reason {
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
