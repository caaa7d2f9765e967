import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { REPLServer } from 'node:repl';

/** Makes the place for the history, for its owner alone; where that cannot be, Node says so when it comes to it. */
export function prepareHistory(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // The shell is as good without.
  }
}

/** What was typed is there again the next time, without the lines that tell a password. Node makes the file with mode 0600. */
export function keepHistory(repl: REPLServer, file: string): void {
  repl.on('history', (lines: string[]) => {
    const kept = lines.filter((line) => !tellsPassword(line));
    if (kept.length < lines.length) lines.splice(0, lines.length, ...kept);
  });
  repl.setupHistory(file, () => undefined);
}

/** Whether a line has what looks like a password written out: as an argument, or as the value of a field or a name. */
export function tellsPassword(line: string): boolean {
  return asArgument.test(line) || asValue.test(line);
}

/** `hashPassword('…')`, `checkPassword(hash, '…')`, `u.setPassword('…')`, `passwords.check(hash, '…')` */
const asArgument = /passwords?\w*(\s*\.\s*\w+)?\s*\([^]*?["'`]/i;
/** `password: '…'`, `password2="…"`, `{ "token": '…' }` */
const asValue =
  /(passwords?|passphrase|secret|token|pepper)\w*["'`]?\]?\s*(:|\+?=(?!=|>))\s*(?:await\s+)?["'`]/i;
