import type { Evaluator } from './evaluator.ts';
import type { EntityMeta } from './entities.ts';
import type { Shell } from './shell-scope.ts';

export type Complete = (line: string) => [fitting: string[], typed: string];

/**
 * Completes the end of a line: fields of an entity, in a row and in the arguments of `em`; procedures of the API; names in
 * scope; members of any other value, if evaluating it has no side effects.
 */
export function completion(shell: Shell, evaluator: Evaluator): Complete {
  return (line) => {
    const [, typed = ''] = /([\w$]*)$/.exec(line) ?? [];
    const before = line.slice(0, line.length - typed.length);
    const candidates = before.trimEnd().endsWith('.')
      ? membersBefore(before.trimEnd().slice(0, -1), shell, evaluator)
      : (findFieldNames(before, shell) ?? listNamesInScope(shell, evaluator, typed));
    const fitting = [...new Set(candidates)].filter((name) => name.startsWith(typed)).sort();
    return [fitting, typed];
  };
}

/** The globals of JavaScript are completed only once a letter is typed. */
function listNamesInScope({ scope }: Shell, evaluator: Evaluator, typed: string): string[] {
  const own = [...Object.keys(scope), ...evaluator.declared()];
  return typed === '' ? own : [...own, ...namesOf(globalThis), 'await', 'const'];
}

/** The names that can follow a dot. */
function membersBefore(text: string, shell: Shell, evaluator: Evaluator): string[] {
  const [, caller, path = ''] = /(\bas\([^()]*\)\s*\)|[\w$]+)((?:\.\w+)*)$/.exec(text) ?? [];
  if (caller === undefined) return [];
  if (caller.startsWith('as(') || shell.isClient(evaluator.peek(caller))) {
    return nextSegments(shell.procedures, path.slice(1));
  }

  const value = evaluator.peek(`${caller}${path}`);
  const meta = shell.entities.rowOf(value);
  return meta ? fieldsOf(meta) : listMembers(value);
}

/** After `account.sessions` come `list` and `revoke`, after `auth.me` comes `query`. */
function nextSegments(procedures: Shell['procedures'], path: string): string[] {
  const called = procedures.find((procedure) => procedure.path === path);
  if (called) return [called.call];
  const inside = path === '' ? '' : `${path}.`;
  return procedures.flatMap((procedure) =>
    procedure.path.startsWith(inside) ? (procedure.path.slice(inside.length).split('.')[0] ?? []) : [],
  );
}

function listMembers(value: unknown): string[] {
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

/** Own names that are identifiers, without private ones, which begin with an underscore. */
const namesOf = (owner: object) =>
  Object.getOwnPropertyNames(owner).filter((name) => /^[a-z$][\w$]*$/i.test(name));

/** The fields of the entity in an open call of `em`, at a position where a key is expected; null anywhere else. */
function findFieldNames(text: string, { entities }: Shell): string[] | null {
  const [, method = '', name = '', rest = ''] =
    /^[^]*\bem(?:\.fork\(\))?\.(\w+)\(\s*(\w+)\s*,([^]*)$/.exec(text) ?? [];
  const meta = entities.named(name);
  const position = findPosition(rest);
  if (!meta || !position?.isKey) return null;
  const [first, ...others] = position.keys;
  const isOptions = position.argument > 0 && method !== 'create';
  if (!isOptions) return fieldsOf(follow(meta, position.keys));
  if (first === undefined) return findOptions;
  return first === 'orderBy' ? fieldsOf(follow(meta, others)) : null;
}

const findOptions = ['fields', 'limit', 'offset', 'orderBy', 'populate', 'refresh'];

const fieldsOf = (meta: EntityMeta) => meta.props.map(({ name }) => name);

/** Follows references to the entities that they point to. Operators like `$and` stay at the same entity. */
function follow(meta: EntityMeta, keys: string[]): EntityMeta {
  return keys.reduce((now, key) => now.props.find(({ name }) => name === key)?.targetMeta ?? now, meta);
}

type Position = {
  /** Index of the argument after the entity, from 0. */
  argument: number;
  /** The keys of the open objects, outermost first. */
  keys: string[];
  /** Whether a key is expected. */
  isKey: boolean;
};

/** The position at the end of the arguments of an open call; null after its end, or in a string. */
function findPosition(text: string): Position | null {
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
