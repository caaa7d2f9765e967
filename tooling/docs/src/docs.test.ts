import { posix } from 'node:path';
import { readConfig } from '@latchkey/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsOf, problemOfCommand } from './commands.ts';
import { anchorsOf, blocksOf, codeSpansOf, fencesOf, linksOf, sectionOf, tableOf } from './markdown.ts';
import { functionsOf, hasName, looksLikePath } from './named-functions.ts';
import { files, isFile, isFolder, manifestOf, read, workspaces } from './repository.ts';
import { openSettings, production, settingsOf, variablesOfReadConfig } from './settings.ts';
import { copyRepository, type Ended, type Walkthrough } from './walkthrough.ts';

const pages = files.filter((path) => path.endsWith('.md'));
const architecture = read('docs/architecture.md');
const guide = read('docs/add-your-own.md');

describe('every page', () => {
  test.each(pages)('%s links only to what exists', (page) => {
    const broken = linksOf(read(page)).filter((link) => !leadsSomewhere(page, link));
    expect(broken).toEqual([]);
  });

  // A changelog may name a command that is gone.
  test.each(pages.filter((page) => page !== 'CHANGELOG.md'))('%s shows only commands that exist', (page) => {
    const problems = commandsOf(read(page)).flatMap((command) => {
      const problem = problemOfCommand(command);
      return problem ? [`${command}: ${problem}`] : [];
    });
    expect(problems).toEqual([]);
  });

  test('of docs that a source names is there', () => {
    const sources = files.filter((path) => /^(apps|packages|tooling)\/.*\.(ts|js|mjs|svelte)$/.test(path));
    const missing = sources.flatMap((source) =>
      // Not what comes after a slash: somebody else’s address, or a package of that name.
      (read(source).match(/(?<![\w/])docs\/[\w/-]+(?:\.md)?/g) ?? [])
        .filter((named) => !files.some((file) => file.startsWith(named)))
        .map((named) => `${source}: ${named}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Whether a link of a page leads to a file or folder of the repository, and to a heading of it where it names one. */
function leadsSomewhere(page: string, link: string): boolean {
  if (/^[a-z][a-z\d+.-]*:/i.test(link)) return true;
  const [address = '', anchor] = link.split('#');
  const path = decodeURI(address);
  const target = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path);
  const file = path === '' ? page : posix.normalize(target);
  if (anchor === undefined) return isFile(file) || isFolder(file);
  if (!isFile(file)) return false;
  return file.endsWith('.md') ? anchorsOf(read(file)).includes(anchor) : /^L\d+(-L\d+)?$/.test(anchor);
}

describe('docs/architecture.md', () => {
  test('names no path that does not exist', () => {
    const drawn = fencesOf(architecture).flatMap(
      ({ code }) => code.match(/[\w.@()+/-]*\/[\w.@()+/-]*/g) ?? [],
    );
    const named = [...codeSpansOf(architecture), ...drawn].filter(looksLikePath);
    expect(named.filter((path) => !isFile(path) && !isFolder(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test('names no function beside a file that does not have it', () => {
    const missing = blocksOf(architecture)
      .flatMap(functionsOf)
      .filter(({ path, name }) => !hasName(path, name));
    expect(missing).toEqual([]);
  });

  test('walks a sign-in in steps that each name a file and a function', () => {
    const steps = blocksOf(sectionOf(architecture, 'One sign-in, file by file')).filter((block) =>
      /^\d+\. /.test(block),
    );
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.filter((step) => functionsOf(step).length === 0)).toEqual([]);
  });

  test('says of every workspace what it may know, as its package.json has it', () => {
    const documented = tableOf(architecture).map(([workspace = '', , knows = '']) => {
      return [codeSpansOf(workspace)[0] ?? '', codeSpansOf(knows).sort()];
    });
    const declared = workspaces.map((workspace) => {
      const names = Object.keys(manifestOf(workspace).dependencies ?? {}).filter((name) =>
        name.startsWith('@latchkey/'),
      );
      return [workspace, names.map((name) => name.replace('@latchkey/', '')).sort()];
    });
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
  });
});

describe('docs/configuration.md', () => {
  const settings = settingsOf(read('docs/configuration.md'));
  const row = ({ variable }: { variable: string }) => variable;

  test('names exactly the variables that are read', () => {
    expect(settings.map(row).sort()).toEqual(variablesOfReadConfig().sort());
  });

  describe.each(settings)('$variable', (setting) => {
    const { variable, examples } = setting;

    test('has the default that is written there', () => {
      if (setting.default !== null)
        expect(readConfig({ [variable]: setting.default })).toEqual(readConfig({}));
      else
        expect(openSettings(readConfig({ [variable]: examples[0] }))).toBeLessThan(
          openSettings(readConfig({})),
        );
    });

    test.each(examples)('may be %s', (example) => {
      expect(() => readConfig({ ORIGIN: production.ORIGIN, [variable]: example })).not.toThrow();
    });
  });

  test.each(settings.filter(({ variable }) => variable !== 'NODE_ENV'))(
    'has the default of $variable in production',
    ({ variable, defaultInProduction, isRequiredInProduction }) => {
      const others = { ...production, [variable]: '' };
      if (isRequiredInProduction) expect(() => readConfig(others)).toThrow(`${variable}: found nothing`);
      else if (defaultInProduction === null) expect(() => readConfig(others)).not.toThrow();
      else expect(readConfig({ ...production, [variable]: defaultInProduction })).toEqual(readConfig(others));
    },
  );
});

describe.each(['docs/security.md', 'docs/coming-from-flask.md'])('%s', (page) => {
  test('names only tests that exist', () => {
    const named = blocksOf(read(page)).flatMap(testsOf);
    const missing = named.filter(({ path, name }) => !isFile(path) || !read(path).includes(name));
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });
});

describe('docs/coming-from-flask.md', () => {
  const page = read('docs/coming-from-flask.md');
  const rows = Array.from({ length: 22 }, (_, index) => `L${index + 1}`);

  test.each(rows)('has the row %s, and names a test of it', (row) => {
    expect(page).toMatch(new RegExp(`^### ${row}: `, 'm'));
    expect(page.replace(/\s+/g, ' ')).toContain(`“${row}: `);
  });
});

/** The tests that a block names, in quotes behind their file. */
function testsOf(block: string): { path: string; name: string }[] {
  let path = '';
  return [...block.matchAll(/`([^`]+\.test\.ts)`|“([^”]+)”/g)].flatMap(([, file, name = '']) => {
    if (file === undefined) return path ? [{ path, name }] : [];
    path = file;
    return [];
  });
}

describe('docs/decisions', () => {
  const decisions = files.filter((path) => path.startsWith('docs/decisions/'));

  test('are numbered without a gap', () => {
    const numbers = decisions.map((path) => Number(/\/(\d{4})-[a-z\d-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(decisions.map((_, index) => index + 1));
  });

  test.each(decisions)('%s says its context, the decision and its consequences', (path) => {
    const headings = read(path).match(/^## .+$/gm) ?? [];
    expect(headings).toEqual(['## Context', '## Decision', '## Consequences']);
  });
});

describe('docs/add-your-own.md, followed to the letter in a copy of the repository', () => {
  let house: Walkthrough;
  let site: Awaited<ReturnType<Walkthrough['serve']>> | undefined;
  let built: Ended;
  const script = 'apps/cli/src/membership.ts';

  beforeAll(async () => {
    house = copyRepository();
    house.follow(guide);
    built = await house.runScript('apps/web', 'build');
    if (built.exitCode === 0) site = await house.serve();
  });
  afterAll(async () => {
    await site?.stop();
    house.remove();
  });

  const get = (path: string, headers = {}) => {
    if (!site) throw new Error('The site could not be built.');
    return fetch(site.url + path, { headers, redirect: 'manual' });
  };
  const signIn = async () => {
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await fetch(`${site?.url ?? ''}/login`, { method: 'POST', body, redirect: 'manual' });
    return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  };
  const runScript = (env = {}) => house.runNode(script, { SITE_URL: site?.url ?? '', ...env });

  test('the site builds', () => {
    expect(built.exitCode, built.output).toBe(0);
  });

  test.each(['apps/api', 'apps/cli', 'apps/web'])('the types of %s are right', async (workspace) => {
    const { exitCode, output } = await house.runScript(workspace, 'types');
    expect(exitCode, output).toBe(0);
  });

  test('the procedure is closed to nobody', async () => {
    expect(await (await get('/trpc/membership.days?input={}')).json()).toMatchObject({
      error: { data: { reason: 'login_required' } },
    });
  });

  test('the procedure answers, and says what does not fit its input', async () => {
    const susan = await signIn();
    const ask = async (input: object) =>
      (await get(`/trpc/membership.days?input=${encodeURIComponent(JSON.stringify(input))}`, susan)).json();
    expect(await ask({ until: '2999-01-01' })).toMatchObject({
      result: { data: { days: expect.any(Number) } },
    });
    expect(await ask({ until: 'tomorrow' })).toMatchObject({
      error: { data: { reason: 'invalid_input', fields: { until: 'Give a day like 2027-12-31.' } } },
    });
  });

  test('the page sends nobody to the login page, as it says there', async () => {
    const response = await get('/membership');
    expect(response.status).toBe(303);
    expect(guide).toContain(`\`${response.headers.get('location') ?? ''}\``);
  });

  test('the page shows its data to whoever is signed in', async () => {
    const response = await get('/membership', await signIn());
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Days as a member: 0.');
  });

  test('the page that was moved is open', async () => {
    const response = await get('/about');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Who we are');
  });

  test('the script is run as it says there, signs in, and calls the procedure', async () => {
    expect(commandsOf(guide)).toContain(`pnpm exec node ${script}`);
    expect(await runScript()).toEqual({ exitCode: 0, output: 'Days as a member: 0.\n' });
  });

  test('the script says why it was refused', async () => {
    const { exitCode, output } = await runScript({ SITE_PASSWORD: 'wrong' });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^invalid_credentials: .+\.\n$/);
  });
});
