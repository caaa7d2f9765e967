import { usualColumns } from '../columns.ts';
import type { System } from '../system.ts';

/**
 * Flask-Login with SQLAlchemy. Every project writes its own model, so the usual names are looked for; Flask-SQLAlchemy
 * calls the table of a class `User` `user`. Passwords are Werkzeug's, mostly.
 */
export const flask: System = {
  title: 'Flask',
  layouts: [{ tables: ['user', 'users'], columns: usualColumns, needs: ['password_hash'] }],
};
