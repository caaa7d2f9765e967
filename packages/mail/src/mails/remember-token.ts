import type { Mail } from '../mail.ts';
import { renderLayout, type Site } from './mail-layout.ts';
import { requestOriginPart, type RequestOrigin } from './request-origin.ts';

type RememberTokenReplayed = {
  site: Site;
  to: string;
  username: string;
  sessionsLink: string;
  resetLink: string;
  requestOrigin: RequestOrigin;
};

/** Sent when a remember token was used a second time, which means that a copy of it exists. */
export function rememberTokenReplayed({ site, to, username, ...rest }: RememberTokenReplayed): Mail {
  const { sessionsLink, resetLink, requestOrigin } = rest;
  return renderLayout(site, {
    to,
    subject: 'Your sign-in may have been copied',
    username,
    parts: [
      'The cookie that keeps one of your browsers signed in was used in two places. Both were signed out.',
      requestOriginPart(requestOrigin),
      'Review your devices, and sign out any you don’t recognize:',
      { button: 'Review your devices', link: sessionsLink },
      'If you cannot explain this, choose a new password:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}
