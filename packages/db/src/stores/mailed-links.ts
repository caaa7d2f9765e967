import { MailedLink, type LinkPurpose } from '../entities/index.ts';
import type { Database } from '../database.ts';

export type Link = { userId: string; purpose: LinkPurpose; email: string };

/** Links that were mailed, by the SHA-256 of their tokens. */
export type MailedLinks = {
  /**
   * Adds a link. The one that the same mail had before is dead: it did not get through.
   * @returns false when this user has got so many for this purpose that somebody must be playing with the form. Links that
   * take a change of address back count for each address: whoever changes it often does not use up those of the others.
   */
  add(link: Link & { tokenHash: string; mailId: string; expiresAt: Date }): Promise<boolean>;
  /** What a link is good for, without using it up; null when it is good for nothing (any more). */
  find(tokenHash: string, purposes: readonly LinkPurpose[]): Promise<Link | null>;
  /** The same, and it is used up: of several who try at once, one gets it. */
  redeem(tokenHash: string, purposes: readonly LinkPurpose[]): Promise<Link | null>;
  /** Makes a user's links of some purposes good for nothing. */
  deleteLinks(userId: string, purposes: readonly LinkPurpose[]): Promise<void>;
};

/** For one user and purpose, as long as they are good. */
const mostLinks = 5;

export function createMailedLinks(database: Database): MailedLinks {
  const find: MailedLinks['find'] = async (id, purposes) => {
    const link = await database
      .em()
      .findOne(MailedLink, { id, purpose: { $in: [...purposes] }, expiresAt: { $gt: new Date() } });
    return link && { userId: link.user.id, purpose: link.purpose, email: link.email };
  };

  return {
    find,

    add: ({ tokenHash, userId, mailId, ...link }) =>
      database.transactional(async (em) => {
        const createdAt = new Date();
        const sameKind = { user: userId, purpose: link.purpose };
        await em.nativeDelete(MailedLink, { ...sameKind, mail: mailId });
        const sameAddress = link.purpose === 'undo_email_change' && { email: link.email };
        const good = { ...sameKind, ...sameAddress, expiresAt: { $gt: createdAt } };
        if ((await em.count(MailedLink, good)) >= mostLinks) return false;
        await em.insert(MailedLink, { ...link, id: tokenHash, user: userId, mail: mailId, createdAt });
        return true;
      }),

    async redeem(id, purposes) {
      const link = await find(id, purposes);
      if (!link) return null;
      const isMine = (await database.em().nativeDelete(MailedLink, { id })) === 1;
      return isMine ? link : null;
    },

    async deleteLinks(userId, purposes) {
      await database.em().nativeDelete(MailedLink, { user: userId, purpose: { $in: [...purposes] } });
    },
  };
}
