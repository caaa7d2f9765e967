/** A form that could not be processed, because its user has to sign in first. Nothing of it was changed. */
export type KeptForm = {
  /** The mark of the form, which also names its user. */
  id: string;
  /** The path of the page with the form. */
  page: string;
  /** What was entered, without secrets. */
  entries: readonly (readonly [name: string, value: string])[];
};

/** The field with the mark of a form. */
export const markField = 'form-mark';

/** The field of a sign-in page with the entries of another form. */
export const entriesField = 'form-entries';

/** The sign-in page sends the entries in its own form, which has a limit of 48 KiB. */
const maxEncodedLength = 32 * 1024;

/**
 * The entries of a form that may be kept: none if they are too many.
 * @returns null for a form without a mark
 */
export function keepEntries(form: FormData): KeptForm | null {
  const mark = readObject(form.get(markField));
  if (!mark || typeof mark['id'] !== 'string' || typeof mark['page'] !== 'string') return null;
  const { id, page, fields } = mark;
  const names = Array.isArray(fields) ? fields.filter((name) => typeof name === 'string') : [];
  const entries = names.flatMap((name) =>
    form.getAll(name).flatMap((value) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
  return { id, page, entries: encodedLength(entries) > maxEncodedLength ? [] : entries };
}

const encodedLength = (entries: KeptForm['entries']) =>
  encodeURIComponent(JSON.stringify(entries).toWellFormed()).length;

/** The entries that a sign-in page has sent back. They come from the browser, and are only shown to its user as text. */
export function readEntries(form: FormData): KeptForm | null {
  const kept = readObject(form.get(entriesField));
  if (!kept || typeof kept['id'] !== 'string' || typeof kept['page'] !== 'string') return null;
  const { id, page, entries } = kept;
  if (!Array.isArray(entries) || !entries.every(isEntry)) return null;
  return { id, page, entries };
}

/** The entries that the form of a request has sent back. */
export const keptForms = new WeakMap<Request, KeptForm>();

const isEntry = (entry: unknown): entry is [string, string] =>
  Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');

function readObject(json: FormDataEntryValue | null): Record<string, unknown> | null {
  if (typeof json !== 'string') return null;
  try {
    const value: unknown = JSON.parse(json);
    // The cast: every object has this type.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
