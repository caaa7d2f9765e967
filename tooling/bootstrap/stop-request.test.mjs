import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { listenForStopRequests } from './stop-request.mjs';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s requests a stop', (signal) => {
  const { stop, send } = listening();
  stop.throwIfRequested();
  send(signal, 0);
  expect(stop.requested.reason).toMatchObject({ reason: signal });
  expect(() => stop.throwIfRequested()).toThrow(signal);
});

test('one Ctrl-C that arrives from the terminal and from npm counts once', () => {
  const { stop, send } = listening();
  send('SIGINT', 0);
  send('SIGINT', 20);
  expect(stop.forced.aborted).toBe(false);
});

test('a second Ctrl-C forces the stop', () => {
  const { stop, send } = listening();
  send('SIGINT', 0);
  send('SIGINT', 900);
  expect(stop.forced.aborted).toBe(true);
});

test('a repeated SIGTERM or SIGHUP does not force the stop', () => {
  const { stop, send } = listening();
  send('SIGTERM', 0);
  send('SIGTERM', 900);
  send('SIGHUP', 1_800);
  expect(stop.forced.aborted).toBe(false);
});

function listening() {
  const signals = new EventEmitter();
  let milliseconds = 0;
  const stop = listenForStopRequests({ signals, now: () => milliseconds });
  return {
    stop,
    /** @type {(signal: string, at: number) => void} */
    send: (signal, at) => {
      milliseconds = at;
      signals.emit(signal);
    },
  };
}
