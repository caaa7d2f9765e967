import { dev } from '$app/env';
import type { LayoutServerLoad } from './$types';

// Pages are HTML, and work as such (docs/decisions/0005). One that needs a program in the browser says `csr = true`.
// While developing they have one: it is what reloads them.
export const csr = dev;

/** Who is signed in, for every page. Twin of Flask-Login's `current_user` in templates. */
export const load: LayoutServerLoad = ({ locals }) => ({ user: locals.me?.user ?? null });
