import type { ApiClient } from '@latchkey/api/client';
import { CommandError } from '../command-error.ts';

/** A procedure of the API, and how it is called: `auth.me` with `query`, `auth.login` with `mutate`. */
export type Procedure = { path: string; call: 'query' | 'mutate' };

/** The typed client, whose procedures can be called like functions too: `api.auth.me()` and `api.auth.me.query()`. */
export type ApiCaller = Callable<ApiClient>;

type Callable<Part> = Part extends { query: infer Call } | { mutate: infer Call }
  ? Part & Call
  : { [Name in keyof Part]: Callable<Part[Name]> };

/** A caller that signs in at its first call. Awaiting it signs in, and results in a caller that is signed in. */
export type SignInCaller = ApiCaller & PromiseLike<ApiCaller>;

/** Creates a caller of the API. A call of anything else than a procedure throws a helpful error. */
export function createCaller(client: ApiClient, procedures: readonly Procedure[]): ApiCaller {
  // The cast: it has what the client has.
  return createPart([], procedures, (path, values) => callMember(client, path, values)) as ApiCaller;
}

/**
 * As `createCaller`, for a client that is only opened when it is needed.
 * @param onCaller receives the caller that awaiting it creates
 */
export function createLazyCaller(
  open: () => Promise<ApiClient>,
  procedures: readonly Procedure[],
  onCaller: (caller: ApiCaller) => ApiCaller = (caller) => caller,
): SignInCaller {
  let opened: Promise<ApiClient> | undefined;
  const openOnce = () => (opened ??= open());
  const caller = createPart([], procedures, async (path, values) =>
    callMember(await openOnce(), path, values),
  );
  return new Proxy(caller, {
    get(target, name, self): unknown {
      if (name !== 'then') return Reflect.get(target, name, self);
      const signedIn = async () => onCaller(createCaller(await openOnce(), procedures));
      return (...handlers: Parameters<Promise<ApiCaller>['then']>) => signedIn().then(...handlers);
    },
    // The cast: it has what the client has.
  }) as SignInCaller;
}

type CallPath = (path: readonly string[], values: unknown[]) => unknown;

function createPart(path: readonly string[], procedures: readonly Procedure[], call: CallPath): object {
  // The name is printed when a part of the client is.
  const named = Object.defineProperty(() => undefined, 'name', { value: ['api', ...path].join('.') });
  return new Proxy(named, {
    get: (_, name) =>
      // Without `then`, a part is not a promise.
      typeof name === 'string' && name !== 'then' ? createPart([...path, name], procedures, call) : undefined,
    apply: (_, __, values: unknown[]) => call(findCall(path, procedures), values),
  });
}

function callMember(client: ApiClient, path: readonly string[], values: unknown[]): unknown {
  let member: unknown = client;
  // The cast: every part of a tRPC client is a function.
  for (const name of path) member = Reflect.get(member as object, name);
  return Reflect.apply(member as () => unknown, undefined, values);
}

/**
 * The path of the client's function for a call, such as `auth.me.query` for `auth.me`.
 * @throws CommandError if it is not a procedure, or another kind of one
 */
function findCall(path: readonly string[], procedures: readonly Procedure[]): readonly string[] {
  const last = path.at(-1) ?? '';
  const isCall = ['query', 'mutate'].includes(last);
  const parts = isCall ? path.slice(0, -1) : path;
  const name = parts.join('.');
  const procedure = procedures.find((one) => one.path === name);
  if (!procedure) throw new CommandError(describeMissing(name, procedures));
  if (isCall && procedure.call !== last)
    throw new CommandError(
      `${name} is called with .${procedure.call}(), as in api.${name}.${procedure.call}().`,
    );
  return [...parts, procedure.call];
}

/** Names the procedures of the nearest router that exists. */
function describeMissing(name: string, procedures: readonly Procedure[]): string {
  const parts = name.split('.');
  for (let length = parts.length; length >= 0; length -= 1) {
    const inside = parts
      .slice(0, length)
      .map((part) => `${part}.`)
      .join('');
    const found = procedures.filter(({ path }) => path.startsWith(inside));
    if (found.length === 0) continue;
    const names = [...new Set(found.map(({ path }) => path.slice(inside.length).split('.')[0]))].sort();
    const where = inside === '' ? 'api' : `api.${inside.slice(0, -1)}`;
    const what = name === '' ? 'The API itself' : `api.${name}`;
    return `${what} is not a procedure. ${where} has: ${names.join(', ')}.`;
  }
  throw new Error('The API has no procedures.');
}
