import type { DatabaseSession } from 'lucia';
import type { SessionAdapter } from './session.ts';

/**
 * Sessions in a plain map: for tests, and as the model of an adapter of one's own.
 * It knows no users, and need not: whoever a session belongs to is asked of the user loader.
 */
export function memorySessionAdapter(sessions = new Map<string, DatabaseSession>()): SessionAdapter {
  const deleteWhere = (matches: (session: DatabaseSession) => boolean) => {
    for (const session of sessions.values()) if (matches(session)) sessions.delete(session.id);
    return Promise.resolve();
  };

  return {
    getSessionAndUser: (id) => Promise.resolve([sessions.get(id) ?? null, null]),
    getUserSessions: (userId) =>
      Promise.resolve([...sessions.values()].filter((session) => session.userId === userId)),
    setSession(session) {
      sessions.set(session.id, session);
      return Promise.resolve();
    },
    updateSessionExpiration(id, expiresAt) {
      const session = sessions.get(id);
      if (session) sessions.set(id, { ...session, expiresAt });
      return Promise.resolve();
    },
    updateSession(id, { lastSeenAt, freshUntil, address }) {
      const session = sessions.get(id);
      if (!session) return Promise.resolve();
      const { attributes } = session;
      sessions.set(id, {
        ...session,
        attributes: {
          ...attributes,
          last_seen_at: lastSeenAt ?? attributes.last_seen_at,
          fresh_until: freshUntil ?? attributes.fresh_until,
          address: address === undefined ? attributes.address : address,
        },
      });
      return Promise.resolve();
    },
    deleteSession: (id) => deleteWhere((session) => session.id === id),
    deleteUserSessions: (userId) => deleteWhere((session) => session.userId === userId),
    deleteExpiredSessions: () => deleteWhere((session) => session.expiresAt.getTime() <= Date.now()),
  };
}
