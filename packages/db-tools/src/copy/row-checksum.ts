import { hash } from 'node:crypto';
import type { Row } from './row-values.ts';

/**
 * The checksum of a table: the sum of the SHA-256 hashes of its rows. It does not depend on the order of the rows, which
 * differs between engines.
 */
export type RowChecksum = {
  add(row: Row): void;
  readonly rows: number;
  /** The sum, in hex. */
  value(): string;
};

const words = 8;

/** Creates an empty checksum. */
export function createRowChecksum(): RowChecksum {
  const sums = new Uint32Array(words);
  let rows = 0;
  return {
    add(row) {
      const digest = hash('sha256', JSON.stringify(row), 'buffer');
      // Adds each word modulo 2³².
      for (let word = 0; word < words; word++) sums[word] = (sums[word] ?? 0) + digest.readUInt32BE(word * 4);
      rows++;
    },
    get rows() {
      return rows;
    },
    value: () => [...sums].map((sum) => sum.toString(16).padStart(8, '0')).join(''),
  };
}
