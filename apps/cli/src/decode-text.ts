import { CommandError } from './command-error.ts';

/**
 * Decodes the UTF-8 text of a file or of standard input. A byte order mark belongs to the encoding, not to the text.
 * @param name for messages
 * @throws CommandError for another encoding
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (isMarkedUtf16(bytes)) throw new CommandError(`${name} is encoded in UTF-16; expected UTF-8.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CommandError(`${name} is not UTF-8 text.`, { cause: error });
  }
}

/** The redirection of Windows PowerShell writes UTF-16. */
const isMarkedUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
