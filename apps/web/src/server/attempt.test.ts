import { createClient, type Reason } from '@latchkey/api/client';
import { expect, test } from 'vitest';
import { attempt, need } from './attempt.ts';

/** A call that the API refuses. */
function refusedCall(refusal: {
  reason: Reason;
  status: number;
  message: string;
  fields?: Record<string, string>;
}) {
  const { reason, status, message, fields = {} } = refusal;
  const data = { code: 'BAD_REQUEST', httpStatus: status, reason, fields, requestId: 'a-request-id' };
  const answer = [{ error: { message, code: -32_600, data } }];
  const fetch = () => Promise.resolve(Response.json(answer, { status }));
  return createClient({ url: 'http://127.0.0.1:9', fetch }).auth.me.query();
}

const notFound = { reason: 'unknown_mail', status: 404, message: 'This mail does not exist.' } as const;

test('the error page of a refusal has no request id, which is not in the log [T32]', async () => {
  await expect(need(refusedCall(notFound))).rejects.toMatchObject({
    status: 404,
    body: { message: notFound.message },
  });
  await need(refusedCall(notFound)).catch((reason: unknown) => {
    expect(reason).not.toHaveProperty('body.requestId');
  });
});

test('the error page of an unforeseen error has the request id of the log [T32]', async () => {
  const unforeseen = { reason: 'unforeseen', status: 500, message: 'Something went wrong.' } as const;
  await expect(attempt(refusedCall(unforeseen))).rejects.toMatchObject({
    status: 500,
    body: { requestId: 'a-request-id' },
  });
});

test('an error page shows what is wrong, and does not refer to fields', async () => {
  const invalid = { reason: 'invalid_input', status: 400, message: 'Check the fields below.' } as const;
  const fields = { before: 'This id is not valid.' };
  await expect(need(refusedCall({ ...invalid, fields }))).rejects.toHaveProperty(
    'body.message',
    fields.before,
  );
  await expect(need(refusedCall(invalid))).rejects.toHaveProperty(
    'body.message',
    'The request is malformed.',
  );
});

test('a sentence that is beside a field is not repeated above the form', async () => {
  const message = 'Wrong password. Try again.';
  const refusal = { reason: 'wrong_password', status: 401, message, fields: { password: message } } as const;
  expect(await attempt(refusedCall(refusal))).toMatchObject({
    ok: false,
    problem: { message: 'Check the fields below.', fields: { password: message } },
  });
});
