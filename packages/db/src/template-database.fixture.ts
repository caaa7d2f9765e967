import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { canReturnTo, readState, type DatabaseState } from './database-state.fixture.ts';
import {
  isCleanedUp,
  createTemporaryDatabase,
  type TemporaryDatabase,
} from './temporary-database.fixture.ts';
import { engineUnderTest, type ServerEngine } from './test-servers.fixture.ts';

/** A database that is prepared once and then reused, which is faster than preparing one for each test. */
export type Template = {
  /** Tells it from the other templates of a process. */
  name: string;
  /** Fills an empty database, and closes it. */
  prepare: (url: string) => Promise<void>;
};

/** A database as the template has prepared it: a copy of its file, or one on a server that an earlier test has used. */
export async function createDatabaseFromTemplate(
  template: Template,
  engine = engineUnderTest(),
): Promise<TemporaryDatabase> {
  return engine === 'sqlite' ? copyOfFile(template) : reusedDatabase(template, engine);
}

const files = new Map<string, Promise<Buffer>>();

async function copyOfFile(template: Template): Promise<TemporaryDatabase> {
  const file = files.get(template.name) ?? prepareFile(template);
  files.set(template.name, file);
  const bytes = await file;
  const copy = await createTemporaryDatabase('sqlite');
  await writeFile(pathOf(copy), bytes, { mode: 0o600 });
  return copy;
}

async function prepareFile({ prepare }: Template): Promise<Buffer> {
  const prepared = await createTemporaryDatabase('sqlite');
  await prepare(prepared.url);
  const bytes = await readFile(pathOf(prepared));
  await prepared.remove();
  return bytes;
}

const pathOf = ({ url }: TemporaryDatabase) => url.slice('sqlite:'.length);

/** A database on a server, and what it was when it was prepared. */
type Prepared = { database: TemporaryDatabase; state: DatabaseState };

const spare = new Map<string, Prepared[]>();

async function reusedDatabase(template: Template, engine: ServerEngine): Promise<TemporaryDatabase> {
  const key = `${engine} ${template.name}`;
  const spares = spare.get(key) ?? [];
  spare.set(key, spares);
  const { database, state } = spares.pop() ?? (await prepareOnServer(template, engine));
  await mkdir(database.folder, { recursive: true });
  return {
    ...database,
    async remove() {
      if (isCleanedUp() && (await canReturnTo(state, database.url, engine))) {
        await rm(database.folder, { recursive: true, force: true });
        spares.push({ database, state });
      } else await database.remove();
    },
  };
}

async function prepareOnServer({ prepare }: Template, engine: ServerEngine): Promise<Prepared> {
  const database = await createTemporaryDatabase(engine);
  await prepare(database.url);
  return { database, state: await readState(database.url, engine) };
}
