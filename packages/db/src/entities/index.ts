import { Session } from './session.ts';
import { User } from './user.ts';

export { Session } from './session.ts';
export { User, type Role } from './user.ts';

/** Every table of the application. */
export const entities = [User, Session];
