import { createHmac } from 'node:crypto';

/**
 * What Flask-Security hashes in place of a password: the HMAC with SECURITY_PASSWORD_SALT (flask_security/utils.py,
 * `get_hmac`), of the normalized password (`SECURITY_PASSWORD_NORMALIZE_FORM`, NFKD by default), or before version 4 of the
 * password as typed.
 */
export function flaskSecurityInputs(password: string, salt: string): string[] {
  const forms = new Set([password.normalize('NFKD'), password]);
  return [...forms].map((form) => createHmac('sha512', salt).update(form).digest('base64'));
}
