import { expect, test } from 'vitest';
import { sourceError } from './source-database-error.ts';

const lostConnections: [string, Error][] = [
  ['in words only', new Error('Connection terminated unexpectedly')],
  ['by a number only', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
  [
    'within what an ORM says',
    new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
  ],
];

test.each(lostConnections)('a lost connection that a driver tells %s has a sentence', (_how, error) => {
  expect(sourceError(error, 'HERE')).toMatchObject({ reason: 'source_database' });
});
