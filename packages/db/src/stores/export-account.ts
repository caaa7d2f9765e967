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
import { identityKey } from '../identity-key.ts';
import { createUserRecordMapper, createVisibleUserMapper } from './user-record.ts';
import { findResetMails } from './outgoing-mails.ts';

/**
 * Exports all data about a user, from every table (GDPR, articles 15 and 20).
 * Hashes of passwords and tokens are not included. Of mails, and of links to reset the password, only those to the address that the
 * user has verified are: the others depend on who owns their address (docs/decisions/0004).
 */
export async function exportAccount(database: Database, userId: string): Promise<Record<string, unknown>> {
  const em = database.em();
  const account = await em.findOneOrFail(User, { id: userId });

  const ofUser = { user: userId };
  const browsers = await em.find(RememberedBrowser, ofUser, { orderBy: { createdAt: 'asc' } });
  const sessions = await em.find(Session, ofUser, { orderBy: { createdAt: 'asc' } });
  const activity = await em.find(SecurityEvent, ofUser, { orderBy: { id: 'asc' } });
  const verified = account.emailVerifiedAt && account.email ? account.email : null;
  const isOwn = (address: string) => verified !== null && identityKey(address) === identityKey(verified);
  const links = (await em.find(MailedLink, ofUser, { orderBy: { createdAt: 'asc' } })).filter(
    ({ purpose, email }) => purpose !== 'reset_password' || isOwn(email),
  );
  const mails = [
    ...(await em.find(OutgoingMail, ofUser, { orderBy: { id: 'asc' } })),
    ...(await findResetMails(em, [verified])),
  ];
  const developmentMails = (await em.find(DevelopmentMail, ofUser, { orderBy: { id: 'asc' } })).filter(
    ({ recipient }) => isOwn(recipient),
  );

  return {
    account: createVisibleUserMapper(database)(createUserRecordMapper(database)(account)),
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
    mailsInTheDevelopmentMailbox: developmentMails.map(({ recipient, subject, sentAt }) => ({
      to: recipient,
      subject,
      sentAt,
    })),
  };
}
