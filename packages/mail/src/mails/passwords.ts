import type { Mail } from '../mail.ts';
import { renderLayout, type Site } from './mail-layout.ts';
import { requestOriginPart, type RequestOrigin } from './request-origin.ts';

type ResetPassword = {
  site: Site;
  to: string;
  username: string;
  link: string;
  validFor: string;
  requestOrigin: RequestOrigin;
};

/** Contains the link to choose a new password without the old one. */
export function resetPassword({ site, to, username, link, validFor, requestOrigin }: ResetPassword): Mail {
  return renderLayout(site, {
    to,
    subject: 'Reset your password',
    username,
    parts: [
      `Choose a new password with this link. It works once and expires in ${validFor}.`,
      { button: 'Choose a new password', link },
      'The link was requested:',
      requestOriginPart(requestOrigin),
      'If this was not you, ignore this e-mail. Your password stays the same.',
    ],
  });
}

type PasswordChanged = {
  site: Site;
  to: string;
  username: string;
  resetLink: string;
  requestOrigin: RequestOrigin;
};

export function passwordChanged({ site, to, username, resetLink, requestOrigin }: PasswordChanged): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your password was changed',
    username,
    parts: [
      'Your password was changed, and all other devices were signed out.',
      requestOriginPart(requestOrigin),
      'If this was you, you can ignore this e-mail. If not, choose a new password now:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}

type PasswordWasReset = {
  site: Site;
  to: string;
  username: string;
  loginLink: string;
  requestOrigin: RequestOrigin;
};

export function passwordWasReset({ site, to, username, loginLink, requestOrigin }: PasswordWasReset): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your password was reset',
    username,
    parts: [
      'Your password was reset with the link sent to this address, and every device was signed out.',
      requestOriginPart(requestOrigin),
      { button: 'Sign in', link: loginLink },
      'If this was not you, someone else can read your e-mail. Change the password of your e-mail account first, then reset your password here.',
    ],
  });
}
