import type { Shell } from './shell-scope.ts';
import { showEntity } from './show.ts';
import type { OutputFormat } from './table.ts';

/** The output of `.names`: everything in scope, or the fields of one entity. */
export function names(shell: Shell, word: string, format: OutputFormat): string {
  if (word === '') return everything(shell);
  const meta = shell.entities.named(word);
  return meta
    ? showEntity(meta, format)
    : `There is no entity ${word}. There are: ${Object.keys(shell.entities.byName).join(', ')}.`;
}

function everything({ scope, entities }: Shell): string {
  const entityNames = Object.keys(entities.byName);
  const ofApplication = Object.keys(scope).filter(
    (name) => !entityNames.includes(name) && !(name in descriptions),
  );
  const lines = [
    ['tables', entityNames.map((name) => (name in scope ? name : `entities.${name}`)).join(', ')],
    ...Object.entries(descriptions),
    ...(ofApplication.length > 0 ? [['yours', ofApplication.join(', ')]] : []),
  ];
  return [
    ...lines.map(([name = '', what = '']) => `${name.padEnd(14)}${what}`),
    '',
    'To list the fields of an entity: .names User',
  ].join('\n');
}

const descriptions: Readonly<Record<string, string>> = {
  em: 'finds, creates and stores rows: await em.find(User, {})',
  orm: 'the MikroORM instance',
  entities: 'all entities by name: entities.User',
  auth: 'sessions: await auth.endAllSessions(u.id)',
  hashPassword: "await hashPassword('a password')",
  checkPassword: "await checkPassword(u.passwordHash, 'a password')",
  api: 'the API, not signed in: await api.auth.me()',
  as: "the API, signed in as a user: await as('susan').auth.me()",
  require: "modules: require('node:fs')",
};
