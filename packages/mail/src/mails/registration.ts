import type { Mail } from '../mail.ts';
import { letter, type Site } from './letter.ts';

type VerifyAddress = { site: Site; to: string; username: string; link: string; validFor: string };

/** To an address that somebody has given: whoever reads it there shows that it is theirs. */
export function verifyAddress({ site, to, username, link, validFor }: VerifyAddress): Mail {
  return letter(site, {
    to,
    subject: 'Verify your e-mail address',
    greet: username,
    parts: [
      `Please verify that this is your address. The link is good for ${validFor}, and once.`,
      { button: 'Verify the address', link },
      'If you have no account here, somebody has mistyped their address. Then do nothing.',
    ],
  });
}

type AddressTaken = { site: Site; to: string; username: string; loginLink: string; resetLink: string };

/** To the owner of an address with which somebody, perhaps they themselves, has registered once more. */
export function addressTaken({ site, to, username, loginLink, resetLink }: AddressTaken): Mail {
  return letter(site, {
    to,
    subject: 'You have an account already',
    greet: username,
    parts: [
      'Somebody has just given this address for an account. It belongs to yours already, so nothing has changed.',
      'If that was you, sign in with the account you have:',
      { button: 'Sign in', link: loginLink },
      'Should you have forgotten the password, choose a new one:',
      { button: 'Choose a new password', link: resetLink },
      'If it was not you, do nothing. They were told nothing about your account.',
    ],
  });
}
