import { type Database, identityKey, isAscii, mixesScripts, usernameSkeleton } from '@latchkey/db';

/**
 * Returns a function that returns the skeleton of an imported user name. A name that may look like another one is imported, and has
 * none: its user keeps the name that they have.
 */
export async function createSkeletonAssigner(
  database: Database,
): Promise<(username: string) => string | null> {
  const connection = database.em().getConnection();
  // The cast: the query returns these rows.
  const rows = (await connection.execute(
    'select username_skeleton as skeleton from users where username_skeleton <> username_key',
  )) as { skeleton: string }[];
  const held = new Set(rows.map(({ skeleton }) => skeleton));
  return (username) => {
    const skeleton = usernameSkeleton(username);
    return skeleton === identityKey(username) && !held.has(skeleton) ? skeleton : null;
  };
}

/** Whether a name can be taken for one in Latin letters, or mixes letters of several scripts. */
export const isConfusable = (username: string): boolean =>
  mixesScripts(username) || (!isAscii(identityKey(username)) && isAscii(usernameSkeleton(username)));
