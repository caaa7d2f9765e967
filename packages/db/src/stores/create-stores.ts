import { createMailedLinks } from './mailed-links.ts';
import type { Database } from '../database.ts';
import { createSecurityEvents } from './security-events.ts';
import { createUserStore } from './user-store.ts';

/** Creates the stores that procedures have in their context, for example `ctx.users`. Add your own stores here. */
export const createStores = (database: Database) => ({
  users: createUserStore(database),
  links: createMailedLinks(database),
  activity: createSecurityEvents(database),
});

export type Stores = ReturnType<typeof createStores>;
