import { SecurityEvent } from '../entities/index.ts';
import type { Database } from '../database.ts';

export type SecurityEventRecord = {
  id: string;
  kind: string;
  at: Date;
  userAgent: string;
  address: string | null;
};

/** The activity log of accounts. */
export type SecurityEvents = {
  add(event: { userId: string; kind: string; userAgent: string; address: string | null }): Promise<void>;
  /** Lists events of a user, newest first. @param before the id of the last event of the previous page */
  list(userId: string, limit: number, before?: string): Promise<SecurityEventRecord[]>;
};

export function createSecurityEvents(database: Database): SecurityEvents {
  return {
    async add({ userId, userAgent, ...event }) {
      await database.transactional((em) => {
        em.create(SecurityEvent, {
          ...event,
          user: userId,
          userAgent: userAgent.slice(0, 255),
          at: new Date(),
        });
        return em.flush();
      });
    },

    async list(userId, limit, before) {
      const which = { user: userId, ...(before !== undefined && { id: { $lt: before } }) };
      // Ids are ordered by time.
      const events = await database.em().find(SecurityEvent, which, { orderBy: { id: 'desc' }, limit });
      return events.map(({ id, kind, at, userAgent, address = null }) => ({
        id,
        kind,
        at,
        userAgent,
        address,
      }));
    },
  };
}
