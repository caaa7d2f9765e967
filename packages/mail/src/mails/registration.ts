import type { Mail } from '../mail.ts';
import { renderLayout, type Site } from './mail-layout.ts';

type VerifyEmail = { site: Site; to: string; username: string; link: string; validFor: string };

/** Sent to an address that was entered for an account, to verify that its owner reads it. */
export function verifyEmail({ site, to, username, link, validFor }: VerifyEmail): Mail {
  return renderLayout(site, {
    to,
    subject: 'Verify your e-mail address',
    username,
    parts: [
      `Verify that this is your address. The link works once and expires in ${validFor}.`,
      { button: 'Verify address', link },
      'If you have no account here, your address was probably entered by mistake. You can ignore this e-mail.',
    ],
  });
}

type EmailTaken = { site: Site; to: string; username: string; loginLink: string; resetLink: string };

/** Sent to a verified address that was entered for another account. The page shows no sign of it. */
export function emailTaken({ site, to, username, loginLink, resetLink }: EmailTaken): Mail {
  return renderLayout(site, {
    to,
    subject: 'You already have an account',
    username,
    parts: [
      'This address was just entered for another account. It already belongs to yours, so nothing was changed.',
      'If this was you, sign in to your existing account:',
      { button: 'Sign in', link: loginLink },
      'If you forgot your password, choose a new one:',
      { button: 'Choose a new password', link: resetLink },
      'If this was not you, you can ignore this e-mail. Nothing about your account was revealed.',
    ],
  });
}
