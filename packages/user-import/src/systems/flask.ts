import { commonColumns } from '../common-columns.ts';
import type { System } from '../system.ts';

/**
 * Flask-Login with SQLAlchemy. Every project defines its own model, so columns are found by common names. Flask-SQLAlchemy
 * names the table of a class `User` `user`. Most password hashes are Werkzeug's.
 */
export const flask: System = {
  title: 'Flask',
  layouts: [{ tables: ['user', 'users'], columns: commonColumns, needs: ['password_hash'] }],
};
