import { dev } from '$app/env';
import { keepingOf } from '#server/kept-form/keep-form.ts';
import type { LayoutServerLoad } from './$types';

// Pages are plain HTML without client-side rendering (docs/decisions/0005). A page that needs it exports `csr = true`.
// During development it is on for hot reload.
export const csr = dev;

/** The signed-in user, for every page. Equivalent of Flask-Login's `current_user` in templates. */
export const load: LayoutServerLoad = async (event) => {
  const { me, api } = event.locals;
  return {
    user: me?.user ?? null,
    tokenTheftDetectedAt: me?.tokenTheftDetectedAt ?? null,
    deleteAfter: me?.deleteAfter ?? null,
    canRegister: !me && (await isRegistrationOpen(api)),
    keptForm: keepingOf(event)?.stage ?? null,
  };
};

/** False while the API does not answer, so that the page that says so is shown. */
const isRegistrationOpen = (api: App.Locals['api'] | undefined): Promise<boolean> =>
  api?.site.settings.query().then(
    ({ registration }) => registration === 'open',
    () => false,
  ) ?? Promise.resolve(false);
