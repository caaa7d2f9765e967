import {
  DevelopmentMail,
  MailedLink,
  OutgoingMail,
  RememberedBrowser,
  SecurityEvent,
  Session,
  User,
} from '../entities/index.ts';
import type { Database } from '../database.ts';
import { resetMailsTo } from './outgoing-mails.ts';

/**
 * Everything that is kept about a user, from every table, for the user to have (GDPR, article 15 and 20).
 * No password hash and no token's hash: those are nobody's to have.
 */
export async function exportAccount(database: Database, userId: string): Promise<Record<string, unknown>> {
  const em = database.em();
  const account = await em.findOneOrFail(User, { id: userId });
  const { id, username, email, pendingEmail, emailVerifiedAt, role, isActive } = account;
  const { createdAt, updatedAt, passwordChangedAt, deleteAfter, alarmedAt } = account;

  const ofUser = { user: userId };
  const browsers = await em.find(RememberedBrowser, ofUser, { orderBy: { createdAt: 'asc' } });
  const sessions = await em.find(Session, ofUser, { orderBy: { createdAt: 'asc' } });
  const activity = await em.find(SecurityEvent, ofUser, { orderBy: { id: 'asc' } });
  const links = await em.find(MailedLink, ofUser, { orderBy: { createdAt: 'asc' } });
  const mails = [
    ...(await em.find(OutgoingMail, ofUser, { orderBy: { id: 'asc' } })),
    ...(await resetMailsTo(em, [email ?? null])),
  ];
  const kept = await em.find(DevelopmentMail, ofUser, { orderBy: { id: 'asc' } });

  return {
    account: {
      id,
      username,
      email,
      pendingEmail,
      emailVerifiedAt,
      role,
      isActive,
      createdAt,
      updatedAt,
      passwordChangedAt,
      deleteAfter,
      alarmedAt,
    },
    rememberedBrowsers: browsers.map((browser) => ({
      createdAt: browser.createdAt,
      lastSeenAt: browser.lastSeenAt,
      expiresAt: browser.expiresAt,
      userAgent: browser.userAgent,
      address: browser.address,
    })),
    sessions: sessions.map((session) => ({
      createdAt: session.createdAt,
      lastSeenAt: session.lastSeenAt,
      expiresAt: session.expiresAt,
      userAgent: session.userAgent,
      address: session.address,
    })),
    activity: activity.map(({ kind, at, userAgent, address }) => ({ kind, at, userAgent, address })),
    mailedLinks: links.map(({ purpose, email: about, createdAt: at, expiresAt }) => ({
      purpose,
      email: about,
      createdAt: at,
      expiresAt,
    })),
    mailsToBeSent: mails.map((mail) => ({ kind: mail.kind, createdAt: mail.createdAt })),
    mailsInTheDevelopmentMailbox: kept.map(({ recipient, subject, sentAt }) => ({
      to: recipient,
      subject,
      sentAt,
    })),
  };
}
