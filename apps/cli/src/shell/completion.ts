import type { Evaluator } from './evaluator.ts';
import type { EntityMeta } from './entities.ts';
import type { Shell } from './shell-scope.ts';

export type Complete = (line: string) => [fitting: string[], typed: string];

/**
 * What may come next at the end of a line: the fields of an entity, in a row and in what is given to `em`; the procedures
 * of the API; the names in scope; the members of anything else, as far as looking at it changes nothing.
 */
export function completion(shell: Shell, evaluator: Evaluator): Complete {
  return (line) => {
    const [, typed = ''] = /([\w$]*)$/.exec(line) ?? [];
    const before = line.slice(0, line.length - typed.length);
    const candidates = before.trimEnd().endsWith('.')
      ? membersBefore(before.trimEnd().slice(0, -1), shell, evaluator)
      : (fieldsAt(before, shell) ?? namesInScope(shell, evaluator, typed));
    const fitting = [...new Set(candidates)].filter((name) => name.startsWith(typed)).sort();
    return [fitting, typed];
  };
}

/** Where nothing was typed, what is ours says more than all the names that JavaScript has. */
function namesInScope({ scope }: Shell, evaluator: Evaluator, typed: string): string[] {
  const ours = [...Object.keys(scope), ...evaluator.declared()];
  return typed === '' ? ours : [...ours, ...namesOf(globalThis), 'await', 'const'];
}

/** What may stand behind the dot. */
function membersBefore(text: string, shell: Shell, evaluator: Evaluator): string[] {
  const [, caller, path = ''] = /(\bas\([^()]*\)\s*\)|[\w$]+)((?:\.\w+)*)$/.exec(text) ?? [];
  if (caller === undefined) return [];
  if (caller.startsWith('as(') || shell.isClient(evaluator.peek(caller))) {
    return nextOf(shell.procedures, path.slice(1));
  }

  const value = evaluator.peek(`${caller}${path}`);
  const meta = shell.entities.rowOf(value);
  return meta ? fieldsOf(meta) : membersOf(value);
}

/** `account.sessions` is followed by `list` and `revoke`, `auth.me` by `query`. */
function nextOf(procedures: Shell['procedures'], path: string): string[] {
  const called = procedures.find((procedure) => procedure.path === path);
  if (called) return [called.call];
  const inside = path === '' ? '' : `${path}.`;
  return procedures.flatMap((procedure) =>
    procedure.path.startsWith(inside) ? (procedure.path.slice(inside.length).split('.')[0] ?? []) : [],
  );
}

function membersOf(value: unknown): string[] {
  const names: string[] = [];
  let owner: unknown = typeof value === 'string' ? String.prototype : value;
  while (
    (typeof owner === 'object' && owner !== null && owner !== Object.prototype) ||
    typeof owner === 'function'
  ) {
    if (owner === Function.prototype) break;
    names.push(...namesOf(owner));
    owner = Object.getPrototypeOf(owner);
  }
  return names.filter((name) => name !== 'constructor');
}

/** Own names that can be typed behind a dot, without those that begin with an underscore: they are nobody's business. */
const namesOf = (owner: object) =>
  Object.getOwnPropertyNames(owner).filter((name) => /^[a-z$][\w$]*$/i.test(name));

/** The fields of the entity that an open call of `em` is about, where the name of one may stand; null anywhere else. */
function fieldsAt(text: string, { entities }: Shell): string[] | null {
  const [, method = '', name = '', rest = ''] =
    /^[^]*\bem(?:\.fork\(\))?\.(\w+)\(\s*(\w+)\s*,([^]*)$/.exec(text) ?? [];
  const meta = entities.named(name);
  const place = placeIn(rest);
  if (!meta || !place?.isKey) return null;
  const [first, ...others] = place.keys;
  const isOptions = place.argument > 0 && method !== 'create';
  if (!isOptions) return fieldsOf(follow(meta, place.keys));
  if (first === undefined) return findOptions;
  return first === 'orderBy' ? fieldsOf(follow(meta, others)) : null;
}

const findOptions = ['fields', 'limit', 'offset', 'orderBy', 'populate', 'refresh'];

const fieldsOf = (meta: EntityMeta) => meta.props.map(({ name }) => name);

/** Through references to what they refer to; `$and` and the like stay where they are. */
function follow(meta: EntityMeta, keys: string[]): EntityMeta {
  return keys.reduce((now, key) => now.props.find(({ name }) => name === key)?.targetMeta ?? now, meta);
}

type Place = {
  /** Which argument after the entity, from 0. */
  argument: number;
  /** The keys of the objects that are open there. */
  keys: string[];
  /** Whether the name of a field may come now. */
  isKey: boolean;
};

/** Where one is in the arguments of a call that is not closed yet; null when it is closed, or in a text. */
function placeIn(text: string): Place | null {
  const open: { bracket: string; key: string }[] = [];
  let argument = 0;
  let last = '';
  let key = '';
  for (const [token] of text.matchAll(/"[^"]*"|'[^']*'|`[^`]*`|["'`]|[\w$]+|[^\s\w]/g)) {
    if (/^["'`]$/.test(token)) return null;
    if ('{[('.includes(token)) open.push({ bracket: token, key });
    else if ('}])'.includes(token)) {
      if (!open.pop()) return null;
    } else if (token === ',' && open.length === 0) argument += 1;
    key = token === ':' ? last : '';
    last = token;
  }
  const isKey = open.at(-1)?.bracket === '{' && (last === '{' || last === ',');
  return { argument, isKey, keys: open.flatMap((bracket) => bracket.key || []) };
}
