import type { InferEntity } from '@mikro-orm/core';
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
import { recordMapper } from '../entities/records.ts';
import { findResetMails } from './outgoing-mails.ts';

/**
 * Exports all data about a user, from every table (GDPR, articles 15 and 20).
 * Hashes of passwords and tokens are not included.
 */
export async function exportAccount(database: Database, userId: string): Promise<Record<string, unknown>> {
  const em = database.em();
  const account = await em.findOneOrFail(User, { id: userId });

  const ofUser = { user: userId };
  const browsers = await em.find(RememberedBrowser, ofUser, { orderBy: { createdAt: 'asc' } });
  const sessions = await em.find(Session, ofUser, { orderBy: { createdAt: 'asc' } });
  const activity = await em.find(SecurityEvent, ofUser, { orderBy: { id: 'asc' } });
  const links = await em.find(MailedLink, ofUser, { orderBy: { createdAt: 'asc' } });
  const mails = [
    ...(await em.find(OutgoingMail, ofUser, { orderBy: { id: 'asc' } })),
    ...(await findResetMails(em, [account.email ?? null])),
  ];
  const developmentMails = await em.find(DevelopmentMail, ofUser, { orderBy: { id: 'asc' } });

  return {
    account: withoutHidden(database, account),
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

/** A user without the hidden columns: the password hash and the computed keys. */
function withoutHidden({ orm }: Database, account: InferEntity<typeof User>): Record<string, unknown> {
  const hidden = new Set<string>(
    orm.getMetadata(User).props.flatMap(({ name, hidden: is }) => (is ? name : [])),
  );
  const columns = Object.entries(recordMapper({ orm }, User)(account));
  return Object.fromEntries(columns.filter(([name]) => !hidden.has(name)));
}
