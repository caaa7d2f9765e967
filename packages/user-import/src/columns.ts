import { fields, type ColumnsUsed, type Field, type SourceUser } from './fields.ts';
import { UserImportError } from './user-import-error.ts';

/** Our fields and what their columns may be called, the likeliest first; in lower case, without `_`, `-` and spaces. */
export type ColumnNames = { readonly [F in Field]?: readonly string[] };

/** What people call these columns, in files and in tables that every project makes for itself. */
export const usualColumns = {
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
  delete_after: ['deleteafter'],
  alarmed_at: ['alarmedat'],
} as const satisfies ColumnNames;

/** What `--map theirs=ours` says: their column's name, and ours; null leaves the column out. */
export type ColumnMap = ReadonlyMap<string, Field | null>;

/** The fields to be had from a row, by where in it their columns stand. */
export type ColumnChoice = ColumnsUsed & { places: readonly (readonly [place: number, field: Field])[] };

/**
 * Finds our fields among somebody's columns: what is mapped by hand, then by the names given.
 * @throws UserImportError when two columns are mapped to one field
 */
export function chooseColumns(theirs: readonly string[], names: ColumnNames, map: ColumnMap): ColumnChoice {
  const plain = theirs.map(plainName);
  const places: [number, Field][] = [];

  const byHand = new Map([...map].map(([name, field]) => [plainName(name), field]));
  const isMapped = plain.map((name) => byHand.has(name));
  for (const [place, name] of plain.entries()) {
    const field = byHand.get(name);
    if (!field) continue;
    if (field !== 'is_disabled' && places.some(([, taken]) => taken === field)) {
      throw new UserImportError(`--map: two columns cannot both be ${field}.`);
    }
    places.push([place, field]);
  }

  for (const field of fields) {
    if (field !== 'is_disabled' && places.some(([, taken]) => taken === field)) continue;
    const found = (names[field] ?? [])
      .map((name) => plain.findIndex((column, place) => column === name && !isMapped[place]))
      .filter((place) => place >= 0);
    for (const place of field === 'is_disabled' ? found : found.slice(0, 1)) places.push([place, field]);
  }

  const used = new Set(places.map(([place]) => place));
  return {
    places,
    taken: places.map(([place, ours]) => ({ theirs: theirs[place] ?? '', ours })),
    unused: theirs.filter((_, place) => !used.has(place)),
  };
}

/** `emailVerified`, `email_verified` and `E-Mail verified` are one name. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

/** Takes the chosen columns out of a row. */
export function pick(values: readonly unknown[], { places }: Pick<ColumnChoice, 'places'>): SourceUser {
  const user: SourceUser = {};
  for (const [place, field] of places) {
    if (field === 'is_disabled') (user.is_disabled ??= []).push(values[place]);
    else user[field] = values[place];
  }
  return user;
}

/** @throws UserImportError when nobody could be told from anybody else */
export function requireName({ taken, unused }: ColumnsUsed, where: string): void {
  if (taken.some(({ ours }) => ours === 'username' || ours === 'email')) return;
  const found = unused.length > 0 ? unused.map((name) => JSON.stringify(name)).join(', ') : 'nothing';
  throw new UserImportError(
    `${where} has no column for a user name or an e-mail address. Found: ${found}. Name one with --map THEIRS=username or --map THEIRS=email.`,
  );
}

/**
 * Reads the values of `--map`, like `login_id=username`; `age=` leaves a column out.
 * @throws UserImportError when one has another form
 */
export function readColumnMap(pairs: readonly string[]): ColumnMap {
  return new Map(
    pairs.map((pair) => {
      const [, theirs = '', ours = ''] = /^(.+)=([a-z_]*)$/.exec(pair) ?? [];
      const field = fields.find((name) => name === ours);
      if (theirs && (field || ours === '')) return [theirs, field ?? null];
      throw new UserImportError(
        `--map: found ${pair}; expected THEIRS=OURS, with one of ours: ${fields.join(', ')}; or THEIRS= to leave a column out.`,
      );
    }),
  );
}
