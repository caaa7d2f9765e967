import { files, read } from './repository.ts';

/** Whether a text in backticks names a file or a folder, from the root. */
export const looksLikePath = (text: string) =>
  /^(?:apps|packages|tooling|docs|\.ci)\//.test(text) || /^[\w.-]+\.(?:json|ya?ml|md|[jt]s|mjs)$/.test(text);

/**
 * The names in a block, like `createContext()`, `AppRouter`, or the last part of `auth.login`, each with its file: the one
 * named after it ("`a()` and `b()` in FILE"), else the last one in its sentence, else the first one of the block.
 */
export function findFunctions(block: string): { path: string; name: string }[] {
  const [first = '', ...rest] = block.split(/`([^`]+)`/);
  const spans = rest.flatMap((text, index) =>
    index % 2 === 0 ? [{ text, before: rest[index - 1] ?? first, after: rest[index + 1] ?? '' }] : [],
  );
  const firstPath = spans.find(({ text }) => looksLikePath(text))?.text;
  let path = firstPath;

  return spans.flatMap(({ text, before }, index) => {
    if (/[.;] /.test(before)) path = firstPath;
    if (looksLikePath(text)) path = text;
    const [, name = ''] = /^(?:[\w$]+\.)*([A-Za-z_$][\w$]*)(?:\(\))?$/.exec(text) ?? [];
    const place = pathAfter(spans.slice(index)) ?? path;
    return place && name && !isVariable(name) && !looksLikePath(text) ? [{ path: place, name }] : [];
  });
}

function pathAfter([span, next, ...others]: { text: string; after: string }[]): string | undefined {
  if (!span || !next) return undefined;
  if (/^,? (?:in|from|of) $/.test(span.after) && looksLikePath(next.text)) return next.text;
  return /^(?:,|,? and) $/.test(span.after) ? pathAfter([next, ...others]) : undefined;
}

const isVariable = (name: string) => /^[A-Z\d_]+$/.test(name);

/** Whether a file, or a file in a folder, contains the word. */
export function hasName(path: string, name: string): boolean {
  const below = files.filter((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));
  return below.some((file) =>
    new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(read(file)),
  );
}
