import { describe, expect, test } from 'vitest';
import { findEmailProblem } from './email-address.ts';
import { identityKey } from './identity-key.ts';

const long = (length: number) => 'x'.repeat(length);

describe('an e-mail address', () => {
  test.each([
    'name@example.com',
    "o'neil+tag@ex-ample.co.uk",
    'x@münchen.example',
    'X@MÜNCHEN.example',
    'x@xn--mnchen-3ya.example',
    '我@例え.jp',
    'a@ab--cd.example',
  ])('can be %s', (address) => {
    expect(findEmailProblem(address)).toBeNull();
  });

  test.each([
    ['a@x..example', 'malformed'],
    ['a@-x.example', 'malformed'],
    ['a@x-.example', 'malformed'],
    ['a@x.example.', 'malformed'],
    ['a@.x.example', 'malformed'],
    ['x..y@x.example', 'malformed'],
    ['.x@x.example', 'malformed'],
    ['x.@x.example', 'malformed'],
    ['a@x_y.example', 'malformed'],
    ['a@xn--a.example', 'malformed'],
    ['a@[127.0.0.1]', 'malformed'],
    ['a@127.0.0.1', 'malformed'],
    ['a@localhost', 'malformed'],
    ['"a b"@x.example', 'malformed'],
    ['a\u00a0b@x.example', 'malformed'],
    ['a@b@x.example', 'malformed'],
    ['@x.example', 'malformed'],
    ['a@', 'malformed'],
    ['a\u200b@x.example', 'invisible_characters'],
    ['a\u00ad@x.example', 'invisible_characters'],
    ['a@x\u202e.example', 'invisible_characters'],
    ['a\u2066@x.example', 'invisible_characters'],
    ['a@x\u200d.example', 'invisible_characters'],
    ['a\u0000@x.example', 'invisible_characters'],
    ['a\u2800@x.example', 'invisible_characters'],
  ])('cannot be %j: %s', (address, problem) => {
    expect(findEmailProblem(address)).toBe(problem);
  });

  test('is limited to the lengths that mail servers accept', () => {
    const domain = `${`${long(60)}.`.repeat(4)}example`;
    for (const address of [`a@${long(63)}.example`, `${long(64)}@x.example`, `ab@${domain}`])
      expect(findEmailProblem(address)).toBeNull();
    for (const address of [`${long(65)}@x.example`, `${'é'.repeat(33)}@x.example`, `abc@${domain}`])
      expect(findEmailProblem(address)).toBe('too_long');
    expect(findEmailProblem(`a@${long(64)}.example`)).toBe('malformed');
  });

  test('of a machine without a domain can be allowed', () => {
    expect(findEmailProblem('root@localhost', { minLabels: 1 })).toBeNull();
  });

  test.each([
    'x@münchen.example',
    'X@MÜNCHEN.EXAMPLE',
    'x@mu\u0308nchen.example',
    'x@münchen。example',
    'ｘ@xn--mnchen-3ya.example',
    ' x@XN--MNCHEN-3YA.example ',
  ])('is one mailbox in the spelling %j', (address) => {
    expect(identityKey(address)).toBe('x@xn--mnchen-3ya.example');
  });
});
