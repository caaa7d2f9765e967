import type { Mail } from '../mail.ts';
import { renderLayout, singleLine, type Site } from './mail-layout.ts';
import { requestOriginPart, type RequestOrigin } from './request-origin.ts';

type ConfirmNewEmail = { site: Site; to: string; username: string; link: string; validFor: string };

/** Sent to the new address. */
export function confirmNewEmail({ site, to, username, link, validFor }: ConfirmNewEmail): Mail {
  return renderLayout(site, {
    to,
    subject: 'Confirm your new e-mail address',
    username,
    parts: [
      `You asked to use this address for your account. Confirm it to complete the change. The link works once and expires in ${validFor}.`,
      { button: 'Confirm address', link },
      'Until then your account keeps its current address. If you did not ask for this, ignore this e-mail.',
    ],
  });
}

type EmailChange = {
  site: Site;
  to: string;
  username: string;
  newEmail: string;
  /** Null when this address was sent several of them already. */
  undoLink: string | null;
  validFor: string;
  requestOrigin: RequestOrigin;
};

/** Sent to the old address when a change was requested. */
export function emailChangeRequested(change: EmailChange): Mail {
  const newEmail = singleLine(change.newEmail);
  return renderChange(change, 'Your e-mail address is about to change', [
    `A change of your account’s e-mail address to ${newEmail} was requested. It takes effect once the new address is confirmed.`,
    'If this was not you, cancel the change:',
  ]);
}

/** Sent to the old address when the change was confirmed. */
export function emailChanged(change: EmailChange): Mail {
  const newEmail = singleLine(change.newEmail);
  return renderChange(change, 'Your e-mail address was changed', [
    `The e-mail address of your account is now ${newEmail}. This address is no longer used.`,
    'If this was not you, undo the change:',
  ]);
}

function renderChange(
  { site, to, username, undoLink, validFor, requestOrigin }: EmailChange,
  subject: string,
  [event, adviceIfUnknown]: readonly [string, string],
): Mail {
  return renderLayout(site, {
    to,
    subject,
    username,
    parts: [
      event,
      requestOriginPart(requestOrigin),
      'If this was you, you can ignore this e-mail.',
      adviceIfUnknown,
      undoLink === null
        ? 'Use the link in our earlier e-mail about this.'
        : { button: 'Keep this address', link: undoLink },
      `The link works for ${validFor} and signs out every device. Choose a new password afterwards.`,
    ],
  });
}

type EmailChangeUndone = { site: Site; to: string; username: string; resetLink: string };

export function emailChangeUndone({ site, to, username, resetLink }: EmailChangeUndone): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your e-mail address was restored',
    username,
    parts: [
      'The change of your e-mail address was undone, and every device was signed out.',
      'Someone who knows your password, or used one of your devices, requested the change. Choose a new password now:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}
