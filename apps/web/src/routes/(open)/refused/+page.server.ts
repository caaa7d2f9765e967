import { throwRefusal } from '#server/refusal.ts';
import type { PageServerLoad } from './$types';

/** The error page of a refused request, which hooks.server.ts shows instead of the requested page. */
export const load: PageServerLoad = (event) => throwRefusal(event);
