import { dev } from '$app/env';
import type { LayoutServerLoad } from './$types';

// Pages are plain HTML without client-side rendering (docs/decisions/0005). A page that needs it exports `csr = true`.
// During development it is on for hot reload.
export const csr = dev;

/** The signed-in user, for every page. Equivalent of Flask-Login's `current_user` in templates. */
export const load: LayoutServerLoad = ({ locals: { me } }) => ({
  user: me?.user ?? null,
  tokenTheftDetectedAt: me?.tokenTheftDetectedAt ?? null,
  deleteAfter: me?.deleteAfter ?? null,
});
