import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withProgress } from './progress.mjs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const texts = { doing: 'Building…', done: 'Built' };

test('on a terminal one line counts the seconds, and the duration replaces it', async () => {
  const { stream, written } = screen({ isTTY: true });
  await withProgress({ ...texts, stream }, () => vi.advanceTimersByTimeAsync(2_000));
  expect(written()).toBe('\rBuilding… 0 s\rBuilding… 1 s\rBuilding… 2 s\r\x1b[KBuilt in 2 s.\n');
});

test('without a terminal there are lines at the start, every 10 s and at the end', async () => {
  const { stream, written } = screen({ isTTY: false });
  await withProgress({ ...texts, stream }, () => vi.advanceTimersByTimeAsync(21_000));
  expect(written()).toBe('Building…\nBuilding… 10 s\nBuilding… 20 s\nBuilt in 21 s.\n');
});

test('work that ends before afterMs prints nothing', async () => {
  const { stream, written } = screen({ isTTY: true });
  await withProgress({ ...texts, afterMs: 700, stream }, () => vi.advanceTimersByTimeAsync(600));
  expect(written()).toBe('');
});

test('a failure clears the line for the error message', async () => {
  const { stream, written } = screen({ isTTY: true });
  const failing = withProgress({ ...texts, stream }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(written()).toBe('\rBuilding… 0 s\r\x1b[K');
});

/** @param {{ isTTY: boolean }} kind */
function screen({ isTTY }) {
  const write = vi.fn();
  const stream = /** @type {NodeJS.WriteStream} */ (/** @type {unknown} */ ({ isTTY, columns: 80, write }));
  return { stream, written: () => write.mock.calls.map(([text]) => text).join('') };
}
