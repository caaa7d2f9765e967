import { readBcrypt } from './formats/bcrypt.ts';
import { readDjango } from './formats/django.ts';
import { flaskSecurityInputs } from './formats/flask-security.ts';
import { readColonScrypt } from './formats/javascript.ts';
import { readPasslib } from './formats/passlib.ts';
import { readArgon2, readPhcScrypt } from './formats/phc.ts';
import { readPhpass } from './formats/phpass.ts';
import { withOtherInputs, type StoredPassword, type UnusablePassword } from './formats/stored-password.ts';
import { readWerkzeug } from './formats/werkzeug.ts';

/** The secrets that other systems mix into passwords. */
export type ForeignSecrets = { devisePepper?: string | null; flaskSecuritySalt?: string | null };

type Read = StoredPassword | UnusablePassword | null;

/** Reads a stored hash of any supported format; null for other formats. */
export function readHash(
  hash: string,
  { devisePepper = null, flaskSecuritySalt = null }: ForeignSecrets,
): Read {
  const ofPasslib =
    readArgon2(hash) ?? readPhcScrypt(hash) ?? readPasslib(hash) ?? readBcrypt(hash, devisePepper);
  if (ofPasslib) {
    // Flask-Security makes these formats with passlib.
    return flaskSecuritySalt
      ? withOtherInputs(ofPasslib, (password) => flaskSecurityInputs(password, flaskSecuritySalt))
      : ofPasslib;
  }
  return readPhpass(hash) ?? both(readDjango(hash), readWerkzeug(hash)) ?? readColonScrypt(hash);
}

/** Django and Werkzeug both write `md5$…` and `sha1$…`, with different meanings: either may match. */
function both(first: Read, second: Read): Read {
  if (!first || !second || 'problem' in first || 'problem' in second) return first ?? second;
  return { ...second, verify: async (password) => (await first.verify(password)) || second.verify(password) };
}
