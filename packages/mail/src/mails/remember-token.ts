import type { Mail } from '../mail.ts';
import { letter, type Site } from './letter.ts';
import { tracePart, type Trace } from './trace.ts';

type RememberTokenReplayed = {
  site: Site;
  to: string;
  username: string;
  sessionsLink: string;
  resetLink: string;
  trace: Trace;
};

/** A used remember token has come back: somebody has a copy of what keeps a browser signed in. */
export function rememberTokenReplayed({ site, to, username, ...rest }: RememberTokenReplayed): Mail {
  const { sessionsLink, resetLink, trace } = rest;
  return letter(site, {
    to,
    subject: 'Somebody may have copied your sign-in',
    greet: username,
    parts: [
      'What keeps one of your browsers signed in was used in two places. That browser is signed out now, and so is whoever had the copy.',
      tracePart(trace),
      'Look at your devices, and end those that you do not know:',
      { button: 'See your devices', link: sessionsLink },
      'If you do not know how the copy came about, choose a new password:',
      { button: 'Choose a new password', link: resetLink },
    ],
  });
}
