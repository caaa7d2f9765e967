import { expect, test } from 'vitest';
import { explainSourceError } from './explain-source-error.ts';

const lostConnections: [string, Error][] = [
  ['its message', new Error('Connection terminated unexpectedly')],
  ['its error number', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
  [
    'the cause of an ORM error',
    new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
  ],
];

test.each(lostConnections)('a lost connection is detected by %s', (_, error) => {
  expect(explainSourceError(error, 'HERE')).toMatchObject({ reason: 'source_database' });
});
