import { betterAuth } from './better-auth.ts';
import { devise } from './devise.ts';
import { django } from './django.ts';
import { flask } from './flask.ts';
import { laravel } from './laravel.ts';
import { lucia } from './lucia.ts';
import type { System } from '../system.ts';
import { wordpress } from './wordpress.ts';

/** The systems whose databases can be imported, by their names in `--from`. */
export const systems = {
  flask,
  django,
  devise,
  laravel,
  'better-auth': betterAuth,
  lucia,
  wordpress,
} as const satisfies Record<string, System>;

export type SystemName = keyof typeof systems;
