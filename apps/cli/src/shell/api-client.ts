import type { ApiClient } from '@latchkey/api/client';
import { CommandError } from '../command-error.ts';

/** A procedure of the API, and how it is called: `auth.me` with `query`, `auth.login` with `mutate`. */
export type Procedure = { path: string; call: 'query' | 'mutate' };

/** The client, with a helpful error for a call without `query` or `mutate`, like `api.auth.me()`. */
export function withCallErrors(client: ApiClient, procedures: readonly Procedure[]): ApiClient {
  // The cast: it has what the client has.
  return withPath(client, [], procedures) as ApiClient;
}

function withPath(client: object, path: string[], procedures: readonly Procedure[]): object {
  // The name is printed when a part of the client is.
  const named = Object.defineProperty(() => undefined, 'name', { value: ['api', ...path].join('.') });
  return new Proxy(named, {
    get(_, name) {
      const member: unknown = Reflect.get(client, name);
      return typeof name === 'string' && typeof member === 'function'
        ? withPath(member, [...path, name], procedures)
        : member;
    },
    apply(_, self, values: unknown[]): unknown {
      const problem = findCallProblem(path, procedures);
      if (problem) throw new CommandError(problem);
      // The cast: every part of a tRPC client is a function.
      return Reflect.apply(client as () => unknown, self, values);
    },
  });
}

/** @returns null also for an unknown procedure, which the API reports */
function findCallProblem(path: string[], procedures: readonly Procedure[]): string | null {
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
  return `api: found a call of ${found}; expected .query() or .mutate() after the name of a procedure, as in api.auth.me.query().`;
}
