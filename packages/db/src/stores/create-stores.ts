import { createMailedLinks } from './mailed-links.ts';
import type { Database } from '../database.ts';
import { createSecurityEvents } from './security-events.ts';
import { createUserStore } from './user-store.ts';

/** What procedures keep and find, by the names that they have for it: `ctx.users`. A store of your own is added here. */
export const createStores = (database: Database) => ({
  users: createUserStore(database),
  links: createMailedLinks(database),
  activity: createSecurityEvents(database),
});

export type Stores = ReturnType<typeof createStores>;
