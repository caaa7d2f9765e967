import { createHash } from 'node:crypto';
import {
  attributeOf,
  descendantsOf,
  editHtml,
  escapeHtml,
  textIn,
  type EditedHtml,
  type Element,
} from './edit-html.ts';
import { entriesField, markField, type KeptForm } from './kept-form.ts';

// The forms in the HTML of a page: which entries may be kept, and showing them again.

/** Names the user and the form, so that a form is filled only for the user who had filled it before. */
export type Mark = {
  id: string;
  /** The path of the page with the form. */
  page: string;
  /** The fields whose entries may be kept. */
  fields: readonly string[];
};

type MarkedForm = { element: Element; mark: Mark };

/** Adds its mark to each form of a page in which something can be entered. */
export function markForms(html: string, owner: string, page: URL): string {
  // Parsing is for pages that have a field to enter something.
  if (!/<textarea|<select|<input\b(?![^>]*type="hidden")/i.test(html)) return html;
  const edited = editHtml(html);
  for (const form of findForms(edited, owner, page)) addMark(edited, form);
  return edited.toString();
}

/**
 * Shows a form of a page with the entries that were kept.
 * @returns null if the page has no such form for this user
 */
export function fillForm(html: string, owner: string, page: URL, kept: KeptForm): string | null {
  const edited = editHtml(html);
  const forms = findForms(edited, owner, page);
  const form = forms.find(({ mark }) => mark.id === kept.id);
  if (!form) return null;
  for (const other of forms) addMark(edited, other);
  fillFields(edited, form, kept.entries);
  resolveAddresses(edited, page);
  return edited.toString();
}

/** Adds the kept entries to the forms of a sign-in page, which sends them back. */
export function addEntries(html: string, page: URL, kept: KeptForm): string {
  const edited = editHtml(html);
  for (const element of postForms(edited)) {
    if (targetOf(element, page).pathname !== page.pathname) continue;
    edited.append(element, hiddenField(entriesField, JSON.stringify(kept)));
  }
  resolveAddresses(edited, page);
  return edited.toString();
}

/** SvelteKit replaces the forms of a page with a script in its body, and does not expect other fields in them. */
const isHydrated = ({ elements }: EditedHtml) =>
  elements.some(
    (element) =>
      element.tagName === 'body' && descendantsOf(element).some(({ tagName }) => tagName === 'script'),
  );

const postForms = ({ elements }: EditedHtml): Element[] =>
  elements.filter(
    (element) => element.tagName === 'form' && attributeOf(element, 'method')?.toLowerCase() === 'post',
  );

function findForms(edited: EditedHtml, owner: string, page: URL): MarkedForm[] {
  if (isHydrated(edited)) return [];
  return postForms(edited)
    .filter((element) => fieldsOf(element).some(isEntered))
    .map((element) => ({ element, mark: markOf(element, owner, page) }));
}

function markOf(form: Element, owner: string, page: URL): Mark {
  const fields = keptFieldsOf(form);
  const { pathname, search } = targetOf(form, page);
  const hidden = descendantsOf(form)
    .filter((element) => attributeOf(element, 'type') === 'hidden')
    .map((element) => [attributeOf(element, 'name'), attributeOf(element, 'value')]);
  const identity = JSON.stringify([owner, pathname + search, fields, hidden]);
  const id = createHash('sha256').update(identity).digest('base64url');
  return { id, page: page.pathname + page.search, fields };
}

const addMark = (edited: EditedHtml, { element, mark }: MarkedForm) => {
  edited.append(element, hiddenField(markField, JSON.stringify(mark)));
};

const hiddenField = (name: string, value: string) =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

const targetOf = (form: Element, page: URL) => new URL(attributeOf(form, 'action') ?? '', page);

const fieldsOf = (form: Element): Element[] =>
  descendantsOf(form).filter(({ tagName }) => ['input', 'textarea', 'select'].includes(tagName));

/** The names of the fields in which a person enters something that is not secret. */
function keptFieldsOf(form: Element): string[] {
  const names = (fields: Element[]) => fields.flatMap((field) => attributeOf(field, 'name') ?? []);
  const { kept = [], others = [] } = Object.groupBy(fieldsOf(form), (field) =>
    isEntered(field) && !isSecret(field) ? 'kept' : 'others',
  );
  return [...new Set(names(kept)).difference(new Set(names(others)))];
}

/** Whether a person enters something in a field. */
function isEntered(field: Element): boolean {
  const has = (name: string) => attributeOf(field, name) !== null;
  if (has('disabled') || has('readonly') || has('hidden')) return false;
  return field.tagName !== 'input' || !typesWithoutEntry.has(typeOf(field));
}

const typesWithoutEntry = new Set(['hidden', 'submit', 'button', 'image', 'reset']);

const isSecret = (field: Element): boolean =>
  ['password', 'file'].includes(typeOf(field)) ||
  /password|one-time-code|\bcc-/.test(attributeOf(field, 'autocomplete') ?? '');

const typeOf = (input: Element) => attributeOf(input, 'type')?.toLowerCase() ?? 'text';

function fillFields(edited: EditedHtml, { element, mark }: MarkedForm, entries: KeptForm['entries']): void {
  const values = new Map<string, string[]>(mark.fields.map((name) => [name, []]));
  for (const [name, value] of entries) values.get(name)?.push(value);

  for (const field of descendantsOf(element)) {
    const entered = values.get(attributeOf(field, 'name') ?? '');
    if (entered) fillField(edited, field, entered);
  }
}

/** @param entered the values of the fields with this name, in the order of the page */
function fillField(edited: EditedHtml, field: Element, entered: string[]): void {
  if (field.tagName === 'textarea') edited.setText(field, entered.shift() ?? '');
  else if (field.tagName === 'select') {
    for (const option of descendantsOf(field).filter(({ tagName }) => tagName === 'option')) {
      const value = attributeOf(option, 'value') ?? textIn(option).trim();
      edited.setAttribute(option, 'selected', entered.includes(value) ? '' : null);
    }
  } else if (['checkbox', 'radio'].includes(typeOf(field))) {
    const isChecked = entered.includes(attributeOf(field, 'value') ?? 'on');
    edited.setAttribute(field, 'checked', isChecked ? '' : null);
  } else edited.setAttribute(field, 'value', entered.shift() ?? '');
}

/** The browser is at another address than the page that it shows, so relative addresses get their path. */
function resolveAddresses(edited: EditedHtml, page: URL): void {
  for (const element of edited.elements) {
    for (const name of ['href', 'action', 'formaction']) {
      const address = attributeOf(element, name) ?? (isFormWithout(name, element) ? '' : null);
      if (address === null || /^(\/|#|[a-z]+:)/i.test(address)) continue;
      const { pathname, search, hash } = new URL(address, page);
      edited.setAttribute(element, name, pathname + search + hash);
    }
  }
}

const isFormWithout = (name: string, { tagName }: Element) => name === 'action' && tagName === 'form';
