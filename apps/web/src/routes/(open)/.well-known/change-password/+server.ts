import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Redirects password managers to the page (W3C, "A Well-Known URL for Changing Passwords"). */
export const GET: RequestHandler = () => redirect(303, '/account/password');
