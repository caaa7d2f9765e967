import type { Database, Engine } from '@latchkey/db';
import { copyProgressTable } from '@latchkey/db/sql';
import {
  findHeads,
  readHistory,
  findSchemaDrift,
  findOtherTables,
  type SchemaChange,
  recoverySteps,
} from '@latchkey/migrator';
import { fine, note, wrong, type Finding } from './finding.ts';

/** Compares the applied migrations with the migration files. */
export async function checkMigrations(database: Database): Promise<Finding[]> {
  const { revisions, unknown } = await readHistory(database);
  const namesOf = (migrations: readonly { name: string }[]) => migrations.map(({ name }) => name).join(', ');
  const pending = revisions.filter(({ appliedAt }) => !appliedAt);
  const edited = revisions.filter(({ isEdited }) => isEdited);
  const interrupted = revisions.filter((revision) => revision.interrupted);
  const heads = findHeads(revisions);

  const found = [
    ...(pending.length > 0 ? [wrong('pending migrations', namesOf(pending), 'Run: pnpm db upgrade')] : []),
    ...(edited.length > 0
      ? [
          wrong(
            'edited migrations',
            `${namesOf(edited)}: the file has changed since it was applied`,
            'Restore the file and write a new migration; or, if the change has no effect: pnpm db stamp head',
          ),
        ]
      : []),
    ...(interrupted.length > 0
      ? [
          wrong(
            'interrupted migration',
            namesOf(interrupted),
            recoverySteps[interrupted[0]?.interrupted?.direction ?? 'up'],
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          wrong(
            'unknown migrations',
            `${namesOf(unknown)}: applied by a newer version of the application`,
            'Run that version, or restore a backup of this version: pnpm db restore',
          ),
        ]
      : []),
    ...(heads.length > 1 ? [wrong('several heads', namesOf(heads), 'Run: pnpm db merge')] : []),
  ];
  return found.length > 0 ? found : [fine('migrations', `all ${revisions.length} are applied`)];
}

/** Compares the schema with the entities. */
export async function checkDrift(database: Database): Promise<Finding[]> {
  const { revisions } = await readHistory(database);
  if (revisions.some(({ appliedAt, interrupted }) => !appliedAt || interrupted)) {
    return [note('schema', 'not compared with the entities, because there are pending migrations')];
  }
  const changes = await findSchemaDrift(database);
  const others = (await findOtherTables(database)).filter((name) => name !== copyProgressTable);
  return [
    ...changes.map((change) => toFinding(change, database.engine)),
    ...(changes.length === 0 ? [fine('schema', 'matches the entities')] : []),
    ...others.map((name) =>
      note(
        'other tables',
        `table ${name} does not belong to this application`,
        'Consider a separate database for the application.',
      ),
    ),
  ];
}

function toFinding({ kind, what, detail }: SchemaChange, engine: Engine): Finding {
  if (kind === 'removed' && what.startsWith('index ')) {
    return note(
      'schema',
      `${what} is not defined by an entity`,
      'Migrations do not change it. To create it in every database, add it to the entity.',
    );
  }
  const isRewritten =
    what.startsWith('check ') || /^(?:default \(?\w*\(.*|generated|extra)$/s.test(detail ?? '');
  if (kind === 'changed' && (detail === 'extra' || (isRewritten && engine !== 'sqlite'))) {
    return note(
      'schema',
      `${what}: ${detail ?? ''}`,
      'The server may only have reformatted the expression. If the meaning differs, change it back.',
    );
  }
  return wrong(
    'schema',
    `${what}${detail ? ` (${detail})` : ''} would be ${kind} to match the entities`,
    'After a manual change of the schema, undo it. After a change of an entity: pnpm db migrate, then pnpm db upgrade',
  );
}
