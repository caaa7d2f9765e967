import { DevelopmentMail } from './entities/index.ts';
import type { Database } from './open-database.ts';

export type KeptMail = { from: string; to: string; subject: string; text: string; html: string };

/** Mails as they would have been sent, where no mail server is set up. Never in production. */
export type DevelopmentMailbox = {
  keep(mail: KeptMail): Promise<void>;
  /** The latest first. */
  list(most: number): Promise<{ id: string; to: string; subject: string; sentAt: Date }[]>;
  find(id: string): Promise<(KeptMail & { id: string; sentAt: Date }) | null>;
};

export function createDevelopmentMailbox(database: Database): DevelopmentMailbox {
  return {
    async keep({ from, to, subject, text, html }) {
      const em = database.em();
      em.create(DevelopmentMail, { sender: from, recipient: to, subject, text, html, sentAt: new Date() });
      await em.flush();
    },

    async list(most) {
      const mails = await database.em().find(DevelopmentMail, {}, { orderBy: { id: 'desc' }, limit: most });
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
