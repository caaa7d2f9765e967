import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isRedirect, type RequestEvent } from '@sveltejs/kit';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '#server/rules.ts';

const folder = resolve(import.meta.dirname, '../artifacts/snippets');
const page = await readFile(resolve(import.meta.dirname, '../../../docs/hooks.md'), 'utf8');
const snippets = [...page.matchAll(/^```ts page\n([^]*?)^```$/gm)].map(([, code = '']) => code);
const pathOf = (index: number) => join(folder, `hooks-${index}.ts`);

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [index, code] of snippets.entries()) await writeFile(pathOf(index), code);
  const config = { extends: '../../tsconfig.json', include: ['*.ts', '../../src/app.d.ts'], exclude: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
});

const eventOf = (pathname: string, me: object | null) =>
  ({ url: new URL(pathname, 'http://site.example'), locals: { me } }) as unknown as RequestEvent;
const member = { user: { username: 'sam', role: 'user' }, session: { isFresh: true } };

/** The address that a function redirects to; null if it returns. */
function catchRedirect(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (reason) {
    if (isRedirect(reason)) return reason.location;
    throw reason;
  }
}

describe('the examples of pages in docs/hooks.md', () => {
  test('have no type errors', async () => {
    const tsc = resolve(import.meta.dirname, '../node_modules/typescript/bin/tsc');
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, [tsc, '--noEmit', '-p', folder], (_, out) => {
        done(out);
      });
    });
    expect(output).toBe('');
  });

  test('protect folders, and make some public', async () => {
    const { access } = (await import(/* @vite-ignore */ pathOf(0))) as { access: (routeId: string) => Rule };
    const anonymousAt = (routeId: string) =>
      catchRedirect(() => {
        access(routeId)(eventOf('/x', null));
      });
    expect(anonymousAt('/(open)/login')).toBeNull();
    for (const routeId of ['/new', '/billing/cards', '/reports'])
      expect(anonymousAt(routeId)).toBe('/login?next=%2Fx');
    expect(() => {
      access('/reports')(eventOf('/x', member));
    }).toThrow(expect.objectContaining({ status: 403 }));
  });

  test('pass the user to a page and to its forms', async () => {
    const { load, actions } = (await import(/* @vite-ignore */ pathOf(1))) as {
      load: (event: RequestEvent) => unknown;
      actions: Record<string, (event: RequestEvent) => unknown>;
    };
    expect(load(eventOf('/x', member))).toEqual({ greeting: 'Hello sam' });
    expect(actions['pay']?.(eventOf('/x', member))).toEqual({ payer: 'sam' });
    expect(catchRedirect(() => load(eventOf('/x', null)))).toBe('/login?next=%2Fx');
  });

  test('redirect to other login pages, or to another site', async () => {
    const { access } = (await import(/* @vite-ignore */ pathOf(2))) as { access: (routeId: string) => Rule };
    expect(
      catchRedirect(() => {
        access('/shop/cart')(eventOf('/shop/cart', null));
      }),
    ).toBe('/shop/login?next=%2Fshop%2Fcart');
    expect(
      catchRedirect(() => {
        access('/partners')(eventOf('/partners', null));
      }),
    ).toBe('/sso?from=/partners');
  });
});
