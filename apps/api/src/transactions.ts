import { createSqlSessionAdapter, type AuthStores, type AuthTransaction } from '@latchkey/auth';
import {
  createOutgoingMails,
  createRememberedBrowserStore,
  createStores,
  sessionStoreWithin,
  type Database,
  type NewMail,
  type Stores,
  type UserRecord,
} from '@latchkey/db';

/** What a transaction works with. All its changes take effect together, or none of them. */
export type Transaction = Stores & {
  auth: AuthTransaction<UserRecord>;
  /** Adds a mail to the outbox, which sends it after the transaction. */
  sendMail: (mail: NewMail) => Promise<void>;
};

type StoresWithin = Omit<Transaction, 'auth'> & { authStores: AuthStores<UserRecord> };

/**
 * Returns a function that runs work in one transaction. It may run several times, so it has no other effects.
 * @param onMail called after a transaction that has added a mail
 */
export function transactionRunner(
  database: Database,
  onMail: () => void,
): <T>(work: (stores: StoresWithin) => Promise<T>) => Promise<T> {
  return async (work) => {
    const added = { hasMail: false };
    const result = await database.inTransaction((within) =>
      work(
        storesWithin(within, () => {
          added.hasMail = true;
        }),
      ),
    );
    if (added.hasMail) onMail();
    return result;
  };
}

function storesWithin(within: Database, onMail: () => void): StoresWithin {
  const stores = createStores(within);
  const outgoing = createOutgoingMails(within);
  const { users } = stores;
  const sendMail = async (mail: NewMail) => {
    await outgoing.add(mail);
    onMail();
  };
  return {
    ...stores,
    sendMail,
    authStores: {
      sessions: createSqlSessionAdapter(
        within.engine,
        (sql, values) => within.execute(sql, values),
        sessionStoreWithin(within),
      ),
      remembered: createRememberedBrowserStore(within),
      lockUser: (id) => users.lockById(id),
      endLogins: (id) => users.endLogins(id),
      async reportCopy(userId, client) {
        const at = new Date();
        await users.setTokenTheftDetectedAt(userId, at);
        const data = { ...client, at: at.toISOString() };
        await sendMail({ kind: 'remember_token_replayed', userId, data });
      },
    },
  };
}
