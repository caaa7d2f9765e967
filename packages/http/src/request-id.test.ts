import { expect, test } from 'vitest';
import { requestIdHeader, readRequestId } from './request-id.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test.each(['01890a5d-ac96-774b-bcce-b302099a8057', 'abcd_123', 'x'.repeat(64)])(
  'the well-formed request id %j is kept',
  (id) => {
    expect(readRequestId(new Headers({ [requestIdHeader]: id }))).toBe(id);
  },
);

test.each(['', 'short', 'x'.repeat(65), 'an id with spaces', 'id<script>', '{"level":60}'])(
  'the malformed request id %j is replaced',
  (id) => {
    expect(readRequestId(new Headers({ [requestIdHeader]: id }))).toMatch(uuid);
  },
);

test('a request without an id gets a new one', () => {
  const first = readRequestId(new Headers());
  expect(first).toMatch(uuid);
  expect(readRequestId(new Headers())).not.toBe(first);
});
