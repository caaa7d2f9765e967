import type { Mail } from '../mail.ts';
import { letter, plain, type Site } from './letter.ts';
import { tracePart, type Trace } from './trace.ts';

type ConfirmNewAddress = { site: Site; to: string; username: string; link: string; validFor: string };

/** To the address that is to be the new one. */
export function confirmNewAddress({ site, to, username, link, validFor }: ConfirmNewAddress): Mail {
  return letter(site, {
    to,
    subject: 'Confirm your new e-mail address',
    greet: username,
    parts: [
      `You want this to be the address of your account. Please confirm it. The link is good for ${validFor}, and once.`,
      { button: 'Confirm the address', link },
      'Until then your account keeps the address it has. If you did not ask for this, do nothing.',
    ],
  });
}

type AddressChange = {
  site: Site;
  to: string;
  username: string;
  newAddress: string;
  /** Null when this address has got several of them already. */
  undoLink: string | null;
  validFor: string;
  trace: Trace;
};

/** To the old address, when a new one was asked for. */
export function addressChangeAsked(change: AddressChange): Mail {
  const { newAddress } = change;
  return aboutTheChange(change, 'Your e-mail address is to be changed', [
    `Somebody who is signed in to your account wants its address to be ${plain(newAddress)}. It changes once it is confirmed there.`,
    'If that was not you, stop it:',
  ]);
}

/** To the old address, when the new one has taken its place. */
export function addressChanged(change: AddressChange): Mail {
  const { newAddress } = change;
  return aboutTheChange(change, 'Your e-mail address was changed', [
    `The address of your account is now ${plain(newAddress)}. This one is not used any more.`,
    'If that was not you, take it back:',
  ]);
}

function aboutTheChange(
  { site, to, username, undoLink, validFor, trace }: AddressChange,
  subject: string,
  [what, ifNot]: readonly [string, string],
): Mail {
  return letter(site, {
    to,
    subject,
    greet: username,
    parts: [
      what,
      tracePart(trace),
      'If that was you, there is nothing to do.',
      ifNot,
      undoLink === null
        ? 'Use the link in an earlier mail like this one.'
        : { button: 'Keep this address', link: undoLink },
      `That signs out every device, and is possible for ${validFor}. Then choose a new password.`,
    ],
  });
}

type AddressChangeUndone = { site: Site; to: string; username: string; resetLink: string };

export function addressChangeUndone({ site, to, username, resetLink }: AddressChangeUndone): Mail {
  return letter(site, {
    to,
    subject: 'Your e-mail address is as it was',
    greet: username,
    parts: [
      'The change of your address was taken back, and every device is signed out.',
      'Whoever asked for the change knew your password, or sat at your computer. Choose a new password now:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}
