import { join } from 'node:path';
import { DatabaseError, type Engine, engines } from '@latchkey/db';
import { headsOf, requireOneHead } from '../revision-order.ts';
import { readRevisions } from '../revisions.ts';
import { differenceOf, statementsFor } from './change-statements.ts';
import { renameCandidates, renamed, renameStatements, type Rename, type RenameCandidate } from './renames.ts';
import { later, revisionName, timeOfDigits } from './revision-name.ts';
import { changeOfRename, changesOf, together, type SchemaChange } from './schema-changes.ts';
import { schemaStateOf, type Folders } from './schema-state.ts';

export type MigrationRequest = Folders & {
  /** What it is for, in words; left out, it is made of the changes. */
  message?: string | undefined;
  renames?: readonly Rename[];
  /** Nothing is looked at, and nothing is in it: for data, say. */
  isEmpty?: boolean;
  /** Fourteen digits in place of the time. */
  revisionId?: string | undefined;
  now?: Date;
};

/** A migration that is not written yet. */
export type PlannedMigration = {
  name: string;
  after: readonly string[];
  changes: readonly SchemaChange[];
  /** What may be a rename, and would be a loss. */
  candidates: readonly RenameCandidate[];
  statements: Readonly<Record<Engine, { up: readonly string[]; down: readonly string[] }>>;
  /** Every file that it takes, the last state of each engine among them. */
  files: readonly { path: string; text: string }[];
};

/**
 * Compares the entities with what the migrations lead to, for every engine and without any server. Writes nothing. Twin of
 * `flask db migrate`.
 * @throws DatabaseError `two_heads`, `bad_snapshot`, `bad_rename`, `bad_revision_id`
 */
export async function planMigration(request: MigrationRequest): Promise<PlannedMigration> {
  const { renames = [], isEmpty = false } = request;
  const known = await readRevisions('sqlite', request.migrationsFolder);
  requireOneHead(known);
  const after = headsOf(known).map(({ name }) => name);

  const perEngine = isEmpty
    ? engines.map((engine) => ({ engine, up: [], down: [], changes: [], candidates: [], snapshot: null }))
    : await Promise.all(engines.map((engine) => planFor(engine, request)));
  const changes = together([
    ...renames.map(changeOfRename),
    // The servers first, which say more of a type than SQLite does.
    ...perEngine.toReversed().flatMap((plan) => plan.changes),
  ]);
  // Loaded here: it needs the SQL formatter, and no other command does.
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
          remark: isEmpty ? 'Yours to write: this.addSql(`…`)' : 'Nothing to do on this engine.',
        }),
      },
      ...(snapshot ? [snapshot] : []),
    ]),
  };
}

async function planFor(engine: Engine, { renames = [], ...folders }: MigrationRequest) {
  const state = await schemaStateOf(engine, folders);
  const { wanted, reached, platform, snapshot } = state;
  const renaming = renameStatements(engine, renames);
  renamed(reached, wanted, renames, platform);
  const changes = changesOf(differenceOf(state, reached, wanted));
  const [up, down] = [
    statementsFor(state, reached, wanted),
    statementsFor(state, wanted, reached, { fillsIn: true }),
  ];
  // A migration that does nothing, where something is to be done, would be a lie.
  if (changes.length > 0 && (up.length === 0 || down.length === 0)) {
    throw new Error(
      `There are no statements on ${engine} for: ${changes.map(({ what }) => what).join(', ')}`,
    );
  }
  return {
    engine,
    up: [...renaming.up, ...up],
    down: [...down, ...renaming.down],
    changes,
    candidates: renameCandidates(reached, wanted),
    snapshot,
  };
}

function nameOf(
  { message, revisionId, now = new Date() }: MigrationRequest,
  changes: readonly SchemaChange[],
  known: readonly { name: string }[],
): string {
  if (revisionId !== undefined && timeOfDigits(revisionId) === null) {
    throw new DatabaseError(
      'bad_revision_id',
      `--rev-id: found ${revisionId}; expected a time as fourteen digits, like 20261231235959.`,
    );
  }
  const taken = known.find(
    ({ name }) => revisionId !== undefined && name.startsWith(`Migration${revisionId}`),
  );
  if (taken) throw new DatabaseError('bad_revision_id', `--rev-id: ${revisionId} is that of ${taken.name}.`);
  const [first] = changes;
  const words = message ?? (first ? `${first.kind} ${first.what.replace(/\(.*$/, '')}` : 'by hand');
  return revisionName(words, revisionId ?? later(now, known.at(-1)?.name));
}
