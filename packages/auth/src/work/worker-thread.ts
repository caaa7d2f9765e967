import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A thread that answers one question at a time. It is started at the first question, and keeps no process running. */
export type WorkerThread<Question, Answer> = {
  /**
   * Asks a question. A thread that does not answer in time is terminated and replaced.
   * @param maxMs the time for the answer, without that for starting the thread
   * @returns null if there is no answer: it took too long, or the thread has failed or needed too much memory
   * @throws Error when the thread cannot be started
   */
  ask(question: Question, maxMs: number): Promise<Answer | null>;
};

/** @param module answers each message with one message, and sends one first, when it is ready */
export function createWorkerThread<Question, Answer>(module: URL): WorkerThread<Question, Answer> {
  let thread: Promise<Worker> | undefined;

  const start = async () => {
    const worker = new Worker(module, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    worker.once('exit', () => (thread = undefined));
    // A failure while it answers is handled where it was asked.
    worker.on('error', () => undefined);
    await once(worker, 'message');
    return worker;
  };

  return {
    async ask(question, maxMs) {
      const worker = await (thread ??= start());
      worker.ref();
      const answer = await waitForAnswer<Answer>(worker, question, maxMs);
      worker.unref();
      if (answer === null) await worker.terminate();
      return answer;
    },
  };
}

function waitForAnswer<Answer>(worker: Worker, question: unknown, maxMs: number): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  const onFailure = () => {
    resolve(null);
  };
  const timer = setTimeout(onFailure, maxMs);
  worker.once('message', resolve).once('exit', onFailure).once('messageerror', onFailure);
  worker.postMessage(question);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', resolve).off('exit', onFailure).off('messageerror', onFailure);
  });
}
