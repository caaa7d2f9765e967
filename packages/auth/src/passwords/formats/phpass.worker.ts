import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { PhpassQuestion } from './phpass.ts';

/* The thread that computes phpass's repeated MD5. */

parentPort?.on('message', ({ password, salt, rounds }: PhpassQuestion) => {
  let digest = createHash('md5').update(salt, 'latin1').update(password).digest();
  for (let round = 1; round <= rounds; round++) {
    digest = createHash('md5').update(digest).update(password).digest();
  }
  parentPort?.postMessage(new Uint8Array(digest));
});
parentPort?.postMessage('ready');
