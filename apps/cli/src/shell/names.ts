import type { Shell } from './shell-scope.ts';
import { showEntity } from './show.ts';
import type { Paper } from './table.ts';

/** What `.names` says: everything in scope, or the fields of one entity. */
export function names(shell: Shell, word: string, paper: Paper): string {
  if (word === '') return everything(shell);
  const meta = shell.entities.named(word);
  return meta
    ? showEntity(meta, paper)
    : `There is no entity ${word}. There are: ${Object.keys(shell.entities.byName).join(', ')}.`;
}

function everything({ scope, entities }: Shell): string {
  const entityNames = Object.keys(entities.byName);
  const yours = Object.keys(scope).filter((name) => !entityNames.includes(name) && !(name in ours));
  const lines = [
    ['rows', entityNames.map((name) => (name in scope ? name : `entities.${name}`)).join(', ')],
    ...Object.entries(ours),
    ...(yours.length > 0 ? [['yours', yours.join(', ')]] : []),
  ];
  return [
    ...lines.map(([name = '', what = '']) => `${name.padEnd(14)}${what}`),
    '',
    'The fields of one: .names User',
  ].join('\n');
}

const ours: Readonly<Record<string, string>> = {
  em: 'finds, makes and keeps rows: await em.find(User, {})',
  orm: 'MikroORM itself',
  entities: 'all of the first line, by name',
  auth: 'sessions: await auth.endSessionsOf(u.id)',
  hashPassword: "await hashPassword('a password')",
  checkPassword: "await checkPassword(u.passwordHash, 'a password')",
  api: 'the API as nobody: await api.auth.me.query()',
  as: "the API as somebody: susan = await as('susan')",
  require: "modules: require('node:fs')",
};
