import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of two megabytes. */
export type SmallDisk = {
  folder: string;
  /** Uses all of its space. */
  fill(): void;
  /** Gives back the space that `fill` has used. */
  empty(): void;
  unmount(): void;
};

/** Mounts a file system in memory. Only root can, on Linux. */
export function mountSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'latchkey', folder], { stdio: 'ignore' });
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (let size = 1024 * 1024; size >= 1024; size /= 2) appendUntilFull(filler, size);
    },
    empty() {
      rmSync(filler);
    },
    unmount() {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function appendUntilFull(file: string, size: number): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** Whether this process can mount a file system. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mountSmallDisk().unmount();
    return true;
  } catch {
    return false;
  }
}
