import type { ApiClient } from '@latchkey/api/client';
import { CommandError } from '../command-error.ts';

/** A procedure of the API, as a client calls it: `auth.me` by `query`, `auth.login` by `mutate`. */
export type Procedure = { path: string; call: 'query' | 'mutate' };

/** The client itself, which says how a procedure is called where somebody does it in another way: `api.auth.me()`. */
export function sayingHowToCall(client: ApiClient, procedures: readonly Procedure[]): ApiClient {
  // The cast: it has what the client has.
  return watched(client, [], procedures) as ApiClient;
}

function watched(client: object, path: string[], procedures: readonly Procedure[]): object {
  // What is printed of a part of the client.
  const named = Object.defineProperty(() => undefined, 'name', { value: ['api', ...path].join('.') });
  return new Proxy(named, {
    get(_, name) {
      const member: unknown = Reflect.get(client, name);
      return typeof name === 'string' && typeof member === 'function'
        ? watched(member, [...path, name], procedures)
        : member;
    },
    apply(_, self, values: unknown[]): unknown {
      const problem = problemOfCall(path, procedures);
      if (problem) throw new CommandError(problem);
      // The cast: on the way to a procedure tRPC has functions.
      return Reflect.apply(client as () => unknown, self, values);
    },
  });
}

/** The API itself says that it has no such procedure. */
function problemOfCall(path: string[], procedures: readonly Procedure[]): string | null {
  const call = path.at(-1) ?? '';
  const isCall = ['query', 'mutate'].includes(call);
  const name = (isCall ? path.slice(0, -1) : path).join('.');
  const procedure = procedures.find((one) => one.path === name);
  if (procedure && procedure.call !== call)
    return `${name} is called with .${procedure.call}(), as in api.${name}.${procedure.call}().`;
  return isCall ? null : noProcedure(name);
}

function noProcedure(name: string): string {
  const found = name === '' ? 'the client itself' : name;
  return `api: found a call of ${found}; expected .query() or .mutate() behind the name of a procedure, as in api.auth.me.query().`;
}
