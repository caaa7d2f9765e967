import unhomoglyph from 'unhomoglyph';
import { identityKey, identityKeyMaxLength } from './identity-key.ts';

/**
 * Whether a name has letters of several scripts, like a Cyrillic `а` among Latin letters. Allowed together are the scripts of
 * Japanese, Chinese and Korean, also with Latin letters (UTS 39 §5.2, "Highly Restrictive").
 */
export function mixesScripts(name: string): boolean {
  const letters = name.normalize('NFKC');
  if (isAscii(letters)) return false;
  return !allowed.some((pattern) => pattern.test(letters));
}

/**
 * Returns a form that names have in common if they look alike, like `copa` and the Cyrillic `сора` (UTS 39 §4). ASCII letters are
 * kept: `burn` and `bum` are different names of one script.
 */
export function usernameSkeleton(name: string): string {
  const key = identityKey(name);
  if (isAscii(key)) return key;
  const prototypes = key.normalize('NFD').replace(/[^\0-\x7f]/gu, toPrototype);
  return prototypes.toLowerCase().normalize('NFC').slice(0, identityKeyMaxLength);
}

export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** Unicode has `rn` as the prototype of `m`, which is ASCII. */
function toPrototype(character: string): string {
  const prototype = unhomoglyph(character);
  return prototype === 'rn' ? 'm' : prototype;
}

/** The scripts of UAX 31, table 5, by their ISO 15924 codes. */
const scripts = [
  ...['Arab', 'Armn', 'Beng', 'Cyrl', 'Deva', 'Ethi', 'Geor', 'Grek', 'Gujr', 'Guru', 'Hebr', 'Khmr', 'Knda'],
  ...['Laoo', 'Latn', 'Mlym', 'Mymr', 'Orya', 'Sinh', 'Taml', 'Telu', 'Thaa', 'Thai', 'Tibt'],
];

const combinations = [
  ['Latn', 'Hani', 'Hira', 'Kana'],
  ['Latn', 'Hani', 'Bopo'],
  ['Latn', 'Hani', 'Hang'],
];

const ofScripts = (codes: readonly string[]) => codes.map((code) => `\\p{scx=${code}}`).join('');

/** Digits and marks of no script of their own are allowed with every one. */
const common = '\\p{scx=Zyyy}\\p{scx=Zinh}\\p{sc=Zinh}';

const allowed = [
  ...[...scripts.map((code) => [code]), ...combinations].map(
    (codes) => new RegExp(`^[${ofScripts(codes)}${common}]*$`, 'u'),
  ),
  // A script that is used by few: alone.
  new RegExp(`^(?:[${common}]|[^${ofScripts([...scripts, ...combinations.flat()])}])*$`, 'u'),
];
