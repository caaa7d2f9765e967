import { describe, expect, test } from 'vitest';
import { keepEntries, readEntries, type KeptForm } from './kept-form.ts';
import { addEntries, fillForm, markForms } from './page-forms.ts';

const address = new URL('https://site.example/notes?tab=2');
const html = (body: string) => `<!doctype html><html><head></head><body>${body}</body></html>`;

/** The fields that a browser sends for the first form of a page. */
function fieldsOf(page: string, entered: Record<string, string | string[]> = {}): FormData {
  const form = new FormData();
  for (const [, name = '', value = ''] of page.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
  )) {
    form.append(
      name,
      value
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&'),
    );
  }
  for (const [name, values] of Object.entries(entered)) {
    for (const value of [values].flat()) form.append(name, value);
  }
  return form;
}

const markedFor = (body: string, owner = 'susan') => markForms(html(body), owner, address);

/** What is kept of a form; throws if nothing is. */
function keep(body: string, entered: Record<string, string | string[]>): KeptForm {
  const kept = keepEntries(fieldsOf(markedFor(body), entered));
  if (!kept) throw new Error('Nothing was kept.');
  return kept;
}

const shownAgain = (body: string, kept: KeptForm, owner = 'susan') =>
  fillForm(html(body), owner, address, kept);

const note = '<form method="POST" action="?/add"><input name="text" value=""><button>Add</button></form>';

test.each([
  ['a text', '<input name="x">', 'typed', '<input name="x" value="typed">'],
  [
    'an address',
    '<input name="x" type="email" value="old">',
    'new',
    '<input name="x" type="email" value="new">',
  ],
  ['a long text', '<textarea name="x">old</textarea>', '\nnew', '<textarea name="x">\n\nnew</textarea>'],
  [
    'HTML',
    '<input name="x">',
    '"><img src=x>&amp;',
    '<input name="x" value="&quot;&gt;&lt;img src=x&gt;&amp;amp;">',
  ],
  [
    'HTML in a long text',
    '<textarea name="x"></textarea>',
    '</textarea><b>',
    '<textarea name="x">\n&lt;/textarea&gt;&lt;b&gt;</textarea>',
  ],
  [
    'a choice',
    '<select name="x"><option selected>a</option><option>b</option></select>',
    'b',
    '<select name="x"><option>a</option><option selected="">b</option></select>',
  ],
  [
    'a radio button',
    '<input type="radio" name="x" value="a" checked><input type="radio" name="x" value="b">',
    'b',
    '<input type="radio" name="x" value="a"><input type="radio" name="x" value="b" checked="">',
  ],
])('%s is shown again as text [T18]', (_, field, value, filled) => {
  const body = `<form method="post">${field}</form>`;
  const shown = shownAgain(body, keep(body, { x: value }));
  expect(shown).toContain(filled);
});

test('a checkbox that was not checked is not checked again', () => {
  const body = '<form method="post"><input name="text"><input type="checkbox" name="news" checked></form>';
  expect(shownAgain(body, keep(body, { text: 'typed' }))).toContain('<input type="checkbox" name="news">');
});

test('fields with the same name keep their order', () => {
  const body = '<form method="post"><input name="x"><input name="x"></form>';
  expect(shownAgain(body, keep(body, { x: ['a', 'b'] }))).toContain(
    '<input name="x" value="a"><input name="x" value="b">',
  );
});

test.each([
  ['a password', '<input type="password" name="secret">'],
  ['a password that is shown', '<input type="text" name="secret" autocomplete="current-password">'],
  ['a code', '<input name="secret" autocomplete="one-time-code">'],
  ['the number of a card', '<input name="secret" autocomplete="billing cc-number">'],
  ['a hidden field', '<input type="hidden" name="secret" value="s">'],
  ['a field that cannot be changed', '<input name="secret" value="s" readonly>'],
  ['a password beside a text of the same name', '<input name="secret"><input type="password" name="secret">'],
])('%s is never kept [T31]', (_, field) => {
  const body = `<form method="post"><input name="text">${field}</form>`;
  expect(keep(body, { text: 'typed', secret: 'not-kept' }).entries).toEqual([['text', 'typed']]);
});

describe('a kept form', () => {
  test('is not shown to another user [T27]', () => {
    expect(shownAgain(note, keep(note, { text: 'typed' }), 'sam')).toBeNull();
  });

  test('is not another form of the page, or the form of another row', () => {
    const row = (id: string) =>
      `<form method="post" action="?/rename"><input type="hidden" name="id" value="${id}"><input name="text"></form>`;
    const kept = keep(row('2'), { text: 'typed' });
    expect(shownAgain(note, kept)).toBeNull();
    expect(shownAgain(row('1') + row('2'), kept)?.split('</form>')[0]).not.toContain('typed');
    expect(shownAgain(row('1') + row('2'), kept)?.split('</form>')[1]).toContain('value="typed"');
  });

  test('leads where it would on its own page', () => {
    const body = `${note}<form method="post"></form><a href="?older">Older</a><a href="#top">Top</a><a href="/">Home</a>`;
    const shown = shownAgain(body, keep(note, { text: 'typed' }));
    expect(shown).toContain('action="/notes?/add"');
    expect(shown).toContain('<form method="post" action="/notes?tab=2">');
    expect(shown).toContain('<a href="/notes?older">Older</a><a href="#top">Top</a><a href="/">Home</a>');
  });

  test('can be kept again', () => {
    const shown = shownAgain(note, keep(note, { text: 'typed' })) ?? '';
    expect(keepEntries(fieldsOf(shown, { text: 'typed again' }))?.entries).toEqual([['text', 'typed again']]);
  });
});

describe('nothing is kept', () => {
  test.each([
    ['of a form without a mark', {}],
    ['with a mark that is not JSON', { 'form-mark': '{' }],
    ['with a mark of another form', { 'form-mark': '[]' }],
  ])('%s', (_, mark: Record<string, string>) => {
    expect(keepEntries(fieldsOf('', { ...mark, text: 'typed' }))).toBeNull();
  });

  test('of entries that are too long for the sign-in form [T20]', () => {
    expect(keep(note, { text: 'x'.repeat(32_000) }).entries).toHaveLength(1);
    for (const text of ['x'.repeat(33_000), 'ä'.repeat(6_000)])
      expect(keep(note, { text }).entries).toEqual([]);
  });
});

test('a form without anything to keep is shown again empty', () => {
  const body = '<form method="post"><input type="password" name="password"></form>';
  const kept = keep(body, { password: 'not-kept' });
  expect(kept.entries).toEqual([]);
  expect(shownAgain(body, kept)).toContain('<input type="password" name="password">');
});

test('a page without fields, or with a script in its body, stays as it is', () => {
  for (const body of [
    '<form method="post"><input type="hidden" name="id"><button>Go</button></form>',
    '<form action="/search"><input name="q"></form>',
    `${note}<script></script>`,
  ]) {
    expect(markedFor(body)).toBe(html(body));
  }
});

test('marking a form changes nothing else of the page', () => {
  const body = `<pre>\n\n a &lt; b</pre><p>x<p>y<TABLE><tr><td>z</table><!--[-->${note}<!--]-->`;
  expect(markedFor(body).replace(/<input type="hidden" name="form-mark"[^>]*>/, '')).toBe(html(body));
});

describe('a sign-in page', () => {
  const page = new URL('https://site.example/login?next=%2Fnotes');
  const kept = { id: 'x', page: '/notes', entries: [['text', '"<b>']] } as const;
  const signIn = '<form method="POST"><input name="password" type="password"></form>';

  test('sends the entries back in its own form, and in no other', () => {
    const shown = addEntries(html(`<form method="POST" action="/logout"></form>${signIn}`), page, kept);
    const [other = '', own = ''] = shown.split('</form>');
    expect(other).not.toContain('form-entries');
    expect(own).toContain('action="/login?next=%2Fnotes"');
    expect(readEntries(fieldsOf(own))).toEqual(kept);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"id":1}',
    '{"id":"x","page":"/","entries":[["a"]]}',
    '{"id":"x","page":"/","entries":[["a",{}]]}',
  ])('ignores the malformed entries %j [T20]', (entries) => {
    const form = new FormData();
    form.set('form-entries', entries);
    expect(readEntries(form)).toBeNull();
  });
});
