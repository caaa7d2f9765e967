import type { KnownField } from './fields.ts';

/**
 * The column names of each field, the most likely first. They are in lower case, without `_`, `-` and spaces, as
 * `normalizeColumnName` returns them.
 */
export type ColumnNames = { readonly [F in KnownField | 'password_changed_at']?: readonly string[] };

/** Column names that are common in files and in tables that a project defines itself. */
export const commonColumns = {
  id: ['id', 'uuid'],
  username: ['username', 'userlogin', 'login', 'loginname', 'handle', 'nickname', 'name'],
  email: ['email', 'emailaddress', 'mail', 'useremail'],
  email_verified_at: [
    'emailverifiedat',
    'emailconfirmedat',
    'confirmedat',
    'verifiedat',
    'emailverified',
    'emailconfirmed',
    'isemailverified',
    'isverified',
    'verified',
    'confirmed',
  ],
  pending_email: ['pendingemail', 'unconfirmedemail', 'newemail'],
  password_hash: [
    'passwordhash',
    'hashedpassword',
    'encryptedpassword',
    'passworddigest',
    'passhash',
    'pwhash',
    'userpass',
    'password',
    'hash',
  ],
  password_changed_at: ['passwordchangedat', 'passwordupdatedat', 'passwordsetat'],
  role: ['role', 'roles', 'userrole'],
  is_admin: ['isadmin', 'admin', 'isadministrator', 'issuperuser', 'superuser'],
  is_active: ['isactive', 'active', 'isenabled', 'enabled'],
  is_disabled: [
    'isdisabled',
    'disabled',
    'disabledat',
    'isblocked',
    'blocked',
    'blockedat',
    'isbanned',
    'banned',
    'bannedat',
    'issuspended',
    'suspended',
    'suspendedat',
    'deactivatedat',
    'isdeleted',
    'deleted',
    'deletedat',
  ],
  created_at: [
    'createdat',
    'datejoined',
    'joinedat',
    'registeredat',
    'userregistered',
    'registered',
    'registeredon',
    'insertedat',
    'createdon',
    'created',
  ],
  updated_at: ['updatedat', 'modifiedat', 'updatedon', 'modifiedon', 'updated', 'modified'],
} as const satisfies ColumnNames;
