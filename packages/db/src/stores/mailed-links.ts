import { MailedLink, type LinkPurpose } from '../entities/index.ts';
import type { Database } from '../database.ts';

export type Link = { userId: string; purpose: LinkPurpose; email: string };

/** Mailed links, identified by the SHA-256 of their tokens. */
export type MailedLinks = {
  /**
   * Adds a link. It replaces the link of an earlier attempt to send the same mail.
   * @returns false when the user has too many valid links for the purpose. For `undo_email_change`, the limit applies to
   * each address.
   */
  add(link: Link & { tokenHash: string; mailId: string; expiresAt: Date }): Promise<boolean>;
  /** Finds a valid link without using it up. */
  find(tokenHash: string, purposes: readonly LinkPurpose[]): Promise<Link | null>;
  /** Finds a valid link and uses it up. If several requests try at once, one gets it. */
  redeem(tokenHash: string, purposes: readonly LinkPurpose[]): Promise<Link | null>;
  /** Invalidates a user's links for the given purposes. */
  deleteLinks(userId: string, purposes: readonly LinkPurpose[]): Promise<void>;
};

/** Valid links per user and purpose. */
const maxLinks = 5;

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
        const valid = { ...sameKind, ...sameAddress, expiresAt: { $gt: createdAt } };
        if ((await em.count(MailedLink, valid)) >= maxLinks) return false;
        await em.insert(MailedLink, { ...link, id: tokenHash, user: userId, mail: mailId, createdAt });
        return true;
      }),

    async redeem(id, purposes) {
      const link = await find(id, purposes);
      if (!link) return null;
      const isRedeemed = (await database.em().nativeDelete(MailedLink, { id })) === 1;
      return isRedeemed ? link : null;
    },

    async deleteLinks(userId, purposes) {
      await database.em().nativeDelete(MailedLink, { user: userId, purpose: { $in: [...purposes] } });
    },
  };
}
