import { error } from '@sveltejs/kit';
import { dev } from '$app/env';
import type { LayoutServerLoad } from './$types';

// Pages are HTML, and work as such (docs/decisions/0005). One that needs a program in the browser says `csr = true`.
// While developing they have one: it is what reloads them.
export const csr = dev;

/** Who is signed in, for every page. Twin of Flask-Login's `current_user` in templates. */
export const load: LayoutServerLoad = ({ locals: { me, refused } }) => {
  if (refused) error(refused.status, refused.message);
  return {
    user: me?.user ?? null,
    alarmedAt: me?.alarmedAt ?? null,
    deleteAfter: me?.deleteAfter ?? null,
  };
};
