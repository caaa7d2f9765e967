import { hash } from 'node:crypto';
import type { Row } from './row-values.ts';

/**
 * The checksum of a table: of each row the SHA-256, and of all rows the sum of these. So it is the same in whatever
 * order they come, which is another one on each engine.
 */
export type RowChecksum = {
  add(row: Row): void;
  readonly rows: number;
  /** The sum, in hex. */
  value(): string;
};

const words = 8;

export function rowChecksum(): RowChecksum {
  const sums = new Uint32Array(words);
  let rows = 0;
  return {
    add(row) {
      const digest = hash('sha256', JSON.stringify(row), 'buffer');
      // Each word for itself, modulo 2³².
      for (let word = 0; word < words; word++) sums[word] = (sums[word] ?? 0) + digest.readUInt32BE(word * 4);
      rows++;
    },
    get rows() {
      return rows;
    },
    value: () => [...sums].map((sum) => sum.toString(16).padStart(8, '0')).join(''),
  };
}
