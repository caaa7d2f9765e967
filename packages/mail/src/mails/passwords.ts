import type { Mail } from '../mail.ts';
import { letter, type Site } from './letter.ts';
import { tracePart, type Trace } from './trace.ts';

type ResetPassword = {
  site: Site;
  to: string;
  username: string;
  link: string;
  validFor: string;
  trace: Trace;
};

/** The way back in for who has forgotten the password. */
export function resetPassword({ site, to, username, link, validFor, trace }: ResetPassword): Mail {
  return letter(site, {
    to,
    subject: 'Choose a new password',
    greet: username,
    parts: [
      `Here you can choose a new password. The link is good for ${validFor}, and once.`,
      { button: 'Choose a new password', link },
      'This was asked for',
      tracePart(trace),
      'If that was not you, do nothing: your password stays as it is.',
    ],
  });
}

type PasswordChanged = { site: Site; to: string; username: string; resetLink: string; trace: Trace };

export function passwordChanged({ site, to, username, resetLink, trace }: PasswordChanged): Mail {
  return letter(site, {
    to,
    subject: 'Your password was changed',
    greet: username,
    parts: [
      'Your password was changed, and all other devices are signed out.',
      tracePart(trace),
      'If that was you, there is nothing to do. If not, choose a new password at once:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}

type PasswordWasReset = { site: Site; to: string; username: string; loginLink: string; trace: Trace };

export function passwordWasReset({ site, to, username, loginLink, trace }: PasswordWasReset): Mail {
  return letter(site, {
    to,
    subject: 'You have a new password',
    greet: username,
    parts: [
      'A new password was chosen by the link that we sent to this address, and every device is signed out.',
      tracePart(trace),
      { button: 'Sign in', link: loginLink },
      'If that was not you, somebody else reads your mail. Change the password of your mail account first, and then ask for a new one here.',
    ],
  });
}
