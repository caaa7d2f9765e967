import { parentPort, threadId } from 'node:worker_threads';

/* A thread that answers with its id, never, or not any more. */

parentPort?.on('message', (question: 'id' | 'hang' | 'fail') => {
  if (question === 'fail') throw new Error('broken');
  while (question === 'hang');
  parentPort?.postMessage(threadId);
});
parentPort?.postMessage('ready');
