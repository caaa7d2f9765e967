import { Session } from './entities/index.ts';
import type { Database } from './open-database.ts';

/**
 * Ends every session of a user, for commands that run beside the application: it holds at the next request, on every node.
 * @returns how many there were
 */
export function endSessionsOf(database: Database, userId: string): Promise<number> {
  return database.em().nativeDelete(Session, { user: userId });
}
