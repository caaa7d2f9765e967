import { dev } from '$app/env';
import { keepingOf } from '#server/kept-form/keep-form.ts';
import type { LayoutServerLoad } from './$types';

// Pages are plain HTML without client-side rendering (docs/decisions/0005). A page that needs it exports `csr = true`.
// During development it is on for hot reload.
export const csr = dev;

/** The signed-in user, for every page. Equivalent of Flask-Login's `current_user` in templates. */
export const load: LayoutServerLoad = (event) => {
  const { me } = event.locals;
  return {
    user: me?.user ?? null,
    tokenTheftDetectedAt: me?.tokenTheftDetectedAt ?? null,
    deleteAfter: me?.deleteAfter ?? null,
    keptForm: keepingOf(event)?.stage ?? null,
  };
};
