import type { Database, Engine } from '@latchkey/db';
import { copyProgressTable } from '@latchkey/db/sql';
import {
  headsOf,
  historyOf,
  liveDrift,
  otherTables,
  type SchemaChange,
  recoverySteps,
} from '@latchkey/migrator';
import { fine, note, wrong, type Finding } from './finding.ts';

/** Whether the migrations that ran are those that there are. */
export async function checkMigrations(database: Database): Promise<Finding[]> {
  const { revisions, unknown } = await historyOf(database);
  const named = (those: readonly { name: string }[]) => those.map(({ name }) => name).join(', ');
  const pending = revisions.filter(({ appliedAt }) => !appliedAt);
  const edited = revisions.filter(({ isEdited }) => isEdited);
  const interrupted = revisions.filter((revision) => revision.interrupted);
  const heads = headsOf(revisions);

  const found = [
    ...(pending.length > 0 ? [wrong('pending migrations', named(pending), 'Run: pnpm db upgrade')] : []),
    ...(edited.length > 0
      ? [
          wrong(
            'edited migrations',
            `${named(edited)}: another file than when it ran here`,
            'Put it back as it was and write another one; or, if it does the same: pnpm db stamp head',
          ),
        ]
      : []),
    ...(interrupted.length > 0
      ? [
          wrong(
            'interrupted migration',
            named(interrupted),
            recoverySteps[interrupted[0]?.interrupted?.direction ?? 'up'],
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          wrong(
            'unknown migrations',
            `${named(unknown)}: a newer version of the application has been here`,
            'Run that version, or restore a backup made for this one: pnpm db restore',
          ),
        ]
      : []),
    ...(heads.length > 1 ? [wrong('ends of the migrations', named(heads), 'Run: pnpm db merge')] : []),
  ];
  return found.length > 0 ? found : [fine('migrations', `all ${revisions.length} have run`)];
}

/** Whether the tables are what the entities ask for. */
export async function checkDrift(database: Database): Promise<Finding[]> {
  const { revisions } = await historyOf(database);
  if (revisions.some(({ appliedAt, interrupted }) => !appliedAt || interrupted)) {
    return [note('schema', 'not compared with the entities: there are migrations to be run first')];
  }
  const changes = await liveDrift(database);
  const others = (await otherTables(database)).filter((name) => name !== copyProgressTable);
  return [
    ...changes.map((change) => findingOf(change, database.engine)),
    ...(changes.length === 0 ? [fine('schema', 'is what the entities ask for')] : []),
    ...others.map((name) =>
      note(
        'other tables',
        `table ${name} is not of this application`,
        'A database of its own is easier to keep.',
      ),
    ),
  ];
}

function findingOf({ kind, what, detail }: SchemaChange, engine: Engine): Finding {
  if (kind === 'removed' && what.startsWith('index ')) {
    return note(
      'schema',
      `${what} is asked for by no entity`,
      'Migrations leave it alone. To have it elsewhere as well, write it into the entity.',
    );
  }
  const isRewritten =
    what.startsWith('check ') || /^(?:default \(?\w*\(.*|generated|extra)$/s.test(detail ?? '');
  if (kind === 'changed' && (detail === 'extra' || (isRewritten && engine !== 'sqlite'))) {
    return note(
      'schema',
      `${what}: ${detail ?? ''}`,
      'Servers write conditions in their own words. Where this does not say the same twice, change it back.',
    );
  }
  return wrong(
    'schema',
    `${what}${detail ? ` (${detail})` : ''} would be ${kind} to be what the entities ask for`,
    'If it was changed by hand, change it back; if an entity was changed: pnpm db migrate, pnpm db upgrade',
  );
}
