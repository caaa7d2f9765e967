import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { REPLServer } from 'node:repl';

/** Creates the folder of the history, and makes the file readable by its owner alone. */
export function prepareHistory(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // The shell works without a history; Node reports the error when it saves one.
  }
}

/** Saves the input history, without lines that contain a password. Node creates the file with mode 0600. */
export function saveHistory(repl: REPLServer, file: string): void {
  repl.on('history', (lines: string[]) => {
    const kept = lines.filter((line) => !containsPassword(line));
    if (kept.length < lines.length) lines.splice(0, lines.length, ...kept);
  });
  repl.setupHistory(file, () => undefined);
}

/** Whether a line seems to contain a password: as an argument, or as the value of a field or variable. */
export function containsPassword(line: string): boolean {
  return asArgument.test(line) || asValue.test(line);
}

/** `hashPassword('…')`, `checkPassword(hash, '…')`, `u.setPassword('…')`, `passwords.check(hash, '…')` */
const asArgument = /passwords?\w*(\s*\.\s*\w+)?\s*\([^]*?["'`]/i;
/** `password: '…'`, `password2="…"`, `{ "token": '…' }` */
const asValue =
  /(passwords?|passphrase|secret|token|pepper)\w*["'`]?\]?\s*(:|\+?=(?!=|>))\s*(?:await\s+)?["'`]/i;
