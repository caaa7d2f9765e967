import { describe, expect, test } from 'vitest';
import { columnForDisplay, loginForDisplay, mayBeSecret } from './secret-text.ts';

describe('mayBeSecret', () => {
  test.each([
    'susan',
    'Anna-Maria.Smith-Jones',
    'susan.b.anthony@example.co.uk',
    'jürgen1987',
    'user_with_2_names',
  ])('shows the user name %s', (name) => {
    expect(mayBeSecret(name)).toBe(false);
    expect(loginForDisplay(name)).toBe(name);
  });

  test.each([
    '$2b$12$knQg3t3DNgVlrC5v.5WOdeTu2e5A/4NAo8VAQciVCVFXRkbL1gCie',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    'jSPPbIboNKeqbt7VTCbOK7LnSQNTjGG9',
    'EZRMVuLYEHK49JirBGSHZA',
    'c2FsdHNhbHQ=',
  ])('hides %s', (text) => {
    expect(mayBeSecret(text)).toBe(true);
    expect(loginForDisplay(text)).toBeNull();
  });
});

test.each([
  'shoe_size',
  'lastLoginIpAddressOfUser2',
  'E-Mail (private)',
  'consent_to_the_newsletter_of_our_partners_2024',
])('shows the column name %s', (name) => {
  expect(columnForDisplay(name, 2)).toBe(name);
});

test.each(['$2b$12$abc', '8ca642ffd8e036c9a5e7b6cda14479274e6abf3f', '17', ''])(
  'shows the position of a column instead of the name %j',
  (name) => {
    expect(columnForDisplay(name, 2)).toBe('column 3');
  },
);
