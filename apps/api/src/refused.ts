import { getCode, getSentence, type Reason } from './reasons.ts';

/** An error response in tRPC's format, for requests that are refused before tRPC handles them. */
export function refused(reason: keyof typeof statuses): Response {
  const status = statuses[reason];
  const data = { code: getCode(reason), httpStatus: status, reason, fields: {}, requestId: null };
  return Response.json({ error: { message: getSentence(reason), code: -32_600, data } }, { status });
}

const statuses = {
  cross_site: 403,
  invalid_request: 400,
  too_large: 413,
  database_unavailable: 503,
  outcome_unknown: 503,
} as const satisfies Partial<Record<Reason, number>>;
