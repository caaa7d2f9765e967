import type { DatabaseSession } from 'lucia';
import type { SessionAdapter } from './session.ts';

/**
 * Sessions in a map: for tests, and as an example for other adapters.
 * It stores no users; the user loader finds the user of a session.
 */
export function createMemorySessionAdapter(sessions = new Map<string, DatabaseSession>()): SessionAdapter {
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
    updateSession(id, changes) {
      const session = sessions.get(id);
      if (session) sessions.set(id, { ...session, attributes: { ...session.attributes, ...changes } });
      return Promise.resolve();
    },
    deleteSession: (id) => deleteWhere((session) => session.id === id),
    deleteUserSessions: (userId) => deleteWhere((session) => session.userId === userId),
    deleteOtherSessions: (userId, exceptId) =>
      deleteWhere((session) => session.userId === userId && session.id !== exceptId),
    deleteExpiredSessions: () => deleteWhere((session) => session.expiresAt.getTime() <= Date.now()),
  };
}
