import { createWorkerThread } from '../../work/worker-thread.ts';
import { createWorkQueue } from '../../work/work-queue.ts';
import { broken, isPhpassBounded, tooMuch } from './bounds.ts';
import { isEqual } from './digests.ts';
import { slashedInputs } from './slash-like-php.ts';
import { readable, unusable, withOtherInputs, type FormatReader } from './stored-password.ts';
import { trimLikePhp } from './trim-like-php.ts';

/** What the thread in `phpass.worker.ts` is asked. It answers with the digest. */
export type PhpassQuestion = { password: string; salt: string; rounds: number };

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `$P$` (WordPress before 6.8) and `$H$` (phpBB): repeated MD5 (Openwall, "phpass"). */
export const readPhpass: FormatReader = (hash) => {
  if (!/^\$[PH]\$/.test(hash)) return null;
  const scheme = 'phpass';
  const [, letter = '', salt = '', encoded = ''] = /^\$[PH]\$(.)(.{8})([./A-Za-z\d]{22})$/s.exec(hash) ?? [];
  if (!encoded) return unusable(scheme, broken);
  const cost = alphabet.indexOf(letter);
  if (!isPhpassBounded(cost)) return unusable(scheme, tooMuch);

  const expected = Buffer.from(encoded);
  const stored = readable(scheme, async (typed) => {
    const password = hash.startsWith('$P$') ? trimLikePhp(typed) : typed;
    // WordPress's limit.
    if (Buffer.byteLength(password) > 4096) return false;
    return isEqual(Buffer.from(encode(await stretch({ password, salt, rounds: 2 ** cost }))), expected);
  });
  return hash.startsWith('$P$') ? withOtherInputs(stored, slashedInputs) : stored;
};

/** In a thread of its own, because Node has no asynchronous MD5 and a round takes a microsecond. */
async function stretch(question: PhpassQuestion): Promise<Buffer> {
  const digest = await queue.run(() => thread.ask(question, maxStretchMs));
  if (!digest) throw new Error('The hash was not computed in time.');
  return Buffer.from(digest);
}

const thread = createWorkerThread<PhpassQuestion, Uint8Array>(new URL('./phpass.worker.ts', import.meta.url));
const queue = createWorkQueue({ concurrency: 1, maxWaiting: Infinity });

/** The most expensive hash that is accepted takes a second or two. */
const maxStretchMs = 10_000;

/** phpass's variant of base64: lowest bits first. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const chunk = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16);
    const letters = Math.min(4, Math.ceil(((bytes.length - i) * 8) / 6));
    for (let j = 0; j < letters; j++) text += alphabet.charAt((chunk >> (6 * j)) & 63);
  }
  return text;
}
