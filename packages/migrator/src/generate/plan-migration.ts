import { join } from 'node:path';
import { DatabaseError, type Engine, engines } from '@latchkey/db';
import { findHeads, requireOneHead } from '../revision-order.ts';
import { readRevisions } from '../revisions.ts';
import { compareSchemas, createStatements } from './change-statements.ts';
import {
  renameCandidates,
  applyRenames,
  renameStatements,
  type Rename,
  type RenameCandidate,
} from './renames.ts';
import { nextTimestamp, revisionName, parseTimestamp } from './revision-name.ts';
import { describeRename, listChanges, mergeChanges, type SchemaChange } from './schema-changes.ts';
import { readSchemaState, type Folders } from './schema-state.ts';

export type MigrationRequest = Folders & {
  /** A description for the name; by default, the first change. */
  message?: string | undefined;
  renames?: readonly Rename[];
  /** Without statements and without a comparison, for example for a data migration. */
  isEmpty?: boolean;
  /** Fourteen digits, used instead of the current time. */
  revisionId?: string | undefined;
  now?: Date;
};

/** A migration whose files are not written yet. */
export type PlannedMigration = {
  name: string;
  after: readonly string[];
  changes: readonly SchemaChange[];
  /** Removed columns and tables that may have been renamed. */
  candidates: readonly RenameCandidate[];
  statements: Readonly<Record<Engine, { up: readonly string[]; down: readonly string[] }>>;
  /** All files to write, including the snapshot of each engine. */
  files: readonly { path: string; text: string }[];
};

/**
 * Compares the entities with the snapshots of the migrations, for every engine and without a server. Writes nothing.
 * Equivalent of `flask db migrate`.
 * @throws DatabaseError `two_heads`, `bad_snapshot`, `bad_rename`, `bad_revision_id`
 */
export async function planMigration(request: MigrationRequest): Promise<PlannedMigration> {
  const { renames = [], isEmpty = false } = request;
  const known = await readRevisions('sqlite', request.migrationsFolder);
  requireOneHead(known);
  const after = findHeads(known).map(({ name }) => name);

  const perEngine = isEmpty
    ? engines.map((engine) => ({ engine, up: [], down: [], changes: [], candidates: [], snapshot: null }))
    : await Promise.all(engines.map((engine) => planForEngine(engine, request)));
  const changes = mergeChanges([
    ...renames.map(describeRename),
    // The servers first: their types are more detailed than those of SQLite.
    ...perEngine.toReversed().flatMap((plan) => plan.changes),
  ]);
  // Imported here, because only this command needs the SQL formatter.
  const { migrationFile } = await import('./migration-file.ts');
  const name = nameOf(request, changes, known);
  const statementsOf = (engine: Engine) => {
    const { up = [], down = [] } = perEngine.find((plan) => plan.engine === engine) ?? {};
    return { up, down };
  };

  return {
    name,
    after,
    changes,
    candidates: perEngine.find(({ engine }) => engine === 'postgresql')?.candidates ?? [],
    statements: {
      sqlite: statementsOf('sqlite'),
      postgresql: statementsOf('postgresql'),
      mysql: statementsOf('mysql'),
    },
    files: perEngine.flatMap(({ engine, up, down, snapshot }) => [
      {
        path: join(request.migrationsFolder, engine, `${name}.ts`),
        text: migrationFile({
          engine,
          name,
          after,
          up,
          down,
          comment: isEmpty ? 'Write the statements here: this.addSql(`…`)' : 'Nothing to do on this engine.',
        }),
      },
      ...(snapshot ? [snapshot] : []),
    ]),
  };
}

async function planForEngine(engine: Engine, { renames = [], ...folders }: MigrationRequest) {
  const state = await readSchemaState(engine, folders);
  const { target, current, platform, snapshot } = state;
  const renameSql = renameStatements(engine, renames);
  applyRenames(current, target, renames, platform);
  const changes = listChanges(compareSchemas(state, current, target));
  const [up, down] = [
    createStatements(state, current, target),
    createStatements(state, target, current, { fillsIn: true }),
  ];
  // Changes without statements would produce a migration that does nothing.
  if (changes.length > 0 && (up.length === 0 || down.length === 0)) {
    throw new Error(
      `No statements were generated on ${engine} for: ${changes.map(({ what }) => what).join(', ')}`,
    );
  }
  return {
    engine,
    up: [...renameSql.up, ...up],
    down: [...down, ...renameSql.down],
    changes,
    candidates: renameCandidates(current, target),
    snapshot,
  };
}

function nameOf(
  { message, revisionId, now = new Date() }: MigrationRequest,
  changes: readonly SchemaChange[],
  known: readonly { name: string }[],
): string {
  if (revisionId !== undefined && parseTimestamp(revisionId) === null) {
    throw new DatabaseError(
      'bad_revision_id',
      `--rev-id: found ${revisionId}; expected a time as fourteen digits, like 20261231235959.`,
    );
  }
  const taken = known.find(
    ({ name }) => revisionId !== undefined && name.startsWith(`Migration${revisionId}`),
  );
  if (taken) throw new DatabaseError('bad_revision_id', `--rev-id: ${revisionId} is used by ${taken.name}.`);
  const [first] = changes;
  const description = message ?? (first ? `${first.kind} ${first.what.replace(/\(.*$/, '')}` : 'by hand');
  return revisionName(description, revisionId ?? nextTimestamp(now, known.at(-1)?.name));
}
