import type { Mail } from '../mail.ts';
import { renderLayout, singleLine, type Site } from './mail-layout.ts';
import { requestOriginPart, type RequestOrigin } from './request-origin.ts';

type UsernameChanged = {
  site: Site;
  to: string;
  username: string;
  /** The user name before. */
  former: string;
  resetLink: string;
  requestOrigin: RequestOrigin;
};

export function usernameChanged({
  site,
  to,
  username,
  former,
  resetLink,
  requestOrigin,
}: UsernameChanged): Mail {
  return renderLayout(site, {
    to,
    subject: 'Your user name was changed',
    username,
    parts: [
      `Your user name was changed from ${singleLine(former)} to ${singleLine(username)}. Sign in with the new name or with your e-mail address.`,
      requestOriginPart(requestOrigin),
      'If this was you, you can ignore this e-mail. If not, choose a new password now:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}
