import { DevelopmentMail } from '../entities/index.ts';
import type { Database } from '../database.ts';

export type StoredMail = { from: string; to: string; subject: string; text: string; html: string };

/** The mailbox that stores mails when no mail server is configured. Never in production. */
export type DevelopmentMailbox = {
  /** @param mail with the id of the user whose account it is about, if any; it is deleted with the account */
  store(mail: StoredMail & { userId?: string | null }): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<{ id: string; to: string; subject: string; sentAt: Date }[]>;
  find(id: string): Promise<(StoredMail & { id: string; sentAt: Date }) | null>;
};

export function createDevelopmentMailbox(database: Database): DevelopmentMailbox {
  return {
    async store({ userId = null, from, to, subject, text, html }) {
      await database.transactional((em) => {
        const content = { sender: from, recipient: to, subject, text, html };
        em.create(DevelopmentMail, { ...content, user: userId, sentAt: new Date() });
        return em.flush();
      });
    },

    async list(limit) {
      const mails = await database.em().find(DevelopmentMail, {}, { orderBy: { id: 'desc' }, limit });
      return mails.map(({ id, recipient, subject, sentAt }) => ({ id, to: recipient, subject, sentAt }));
    },

    async find(id) {
      const mail = await database.em().findOne(DevelopmentMail, { id });
      if (!mail) return null;
      const { sender, recipient, subject, text, html, sentAt } = mail;
      return { id, from: sender, to: recipient, subject, text, html, sentAt };
    },
  };
}
