import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { listenForStop } from './stop.mjs';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks to end', (signal) => {
  const { stop, hear } = listening();
  stop.throwIfAsked();
  hear(signal, 0);
  expect(stop.asked.reason).toMatchObject({ reason: signal });
  expect(() => stop.throwIfAsked()).toThrow(signal);
});

test('one Ctrl-C that arrives from the terminal and again from npm is one', () => {
  const { stop, hear } = listening();
  hear('SIGINT', 0);
  hear('SIGINT', 20);
  expect(stop.insisted.aborted).toBe(false);
});

test('a second Ctrl-C insists', () => {
  const { stop, hear } = listening();
  hear('SIGINT', 0);
  hear('SIGINT', 900);
  expect(stop.insisted.aborted).toBe(true);
});

test('a supervisor that sends its signal again does not cut the end short', () => {
  const { stop, hear } = listening();
  hear('SIGTERM', 0);
  hear('SIGTERM', 900);
  hear('SIGHUP', 1_800);
  expect(stop.insisted.aborted).toBe(false);
});

function listening() {
  const signals = new EventEmitter();
  let milliseconds = 0;
  const stop = listenForStop({ signals, now: () => milliseconds });
  return {
    stop,
    /** @type {(signal: string, at: number) => void} */
    hear: (signal, at) => {
      milliseconds = at;
      signals.emit(signal);
    },
  };
}
