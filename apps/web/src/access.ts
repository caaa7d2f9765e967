import { sentenceOf } from '@latchkey/api/client';
import { everyone, freshly, role, rules, signedIn } from '#server/rules.ts';

/**
 * Who may come to which pages: one line for a folder of routes protects all of it, forms included. The longest folder
 * that fits counts, so a folder without a line of its own is as its parent is, and everything new is closed.
 */
export const access = rules({
  '/': signedIn(),
  '/(open)': everyone(),
  '/account/password': freshly(),
  '/account/email': freshly(),
  '/account/delete': freshly(),
  '/admin': role('admin'),
});

/** What people are told who are sent to a page to sign in first. Twin of Flask-Login's `login_message`. */
export const messages = {
  login: sentenceOf('login_required'),
  confirm: sentenceOf('fresh_login_required'),
};
