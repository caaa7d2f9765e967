import { getSentence } from '@latchkey/api/client';
import { isPublic, requiresFreshLogin, requiresLogin, requiresRole, rules } from '#server/rules.ts';

/**
 * The access rules of pages, by folder of routes, forms included. The rule of the longest matching folder applies, so that a new
 * folder is closed like its parent.
 */
export const access = rules({
  '/': requiresLogin(),
  '/(open)': isPublic(),
  '/account/username': requiresFreshLogin(),
  '/account/password': requiresFreshLogin(),
  '/account/email': requiresFreshLogin(),
  '/account/delete': requiresFreshLogin(),
  '/admin': requiresRole('admin'),
});

/** Shown on the login page after a redirect. Equivalent of Flask-Login's `login_message` and `needs_refresh_message`. */
export const messages = {
  login: getSentence('login_required'),
  confirm: getSentence('fresh_login_required'),
};
