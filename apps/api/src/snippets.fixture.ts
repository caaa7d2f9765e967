import { strict as assert } from 'node:assert';
import { startTestApi } from './testing.ts';

/* The names that the examples of docs/coming-from-flask.md and docs/hooks.md use. */

export const world = await startTestApi();
export const { auth, users, passwords } = world.services;
export const client = { userAgent: 'node', address: '127.0.0.1' };
export const noTokens = { session: null, remember: null };

const found = await users.findByLogin('sam');
if (!found) throw new Error('The demo users are there.');
export const sam = found;

/** A browser that has signed in. */
export const as = (username: string) => world.signedInAs(username);

/** Compares an expression with the value behind `//=>`. */
export function same(actual: unknown, expected: unknown): void {
  // As JSON, in which a time is a text.
  assert.deepEqual(JSON.parse(JSON.stringify(actual ?? null)), expected);
}
