import { getSentence } from '@latchkey/api/client';

/** Sentences of the API that the pages show. */
export const invalidCredentials = getSentence('invalid_credentials');
export const linkInvalid = getSentence('link_invalid');
export const tooLarge = getSentence('too_large');
export const crossSite = getSentence('cross_site');

/** Sentences beside fields: apps/api/src/fields.ts and new-password.ts. */
export const usernameMissing = 'Enter your user name or e-mail address.';
export const passwordsDiffer = 'The passwords do not match.';
export const passwordTooShort = 'That has 5 characters. Use at least 18';
