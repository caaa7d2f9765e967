import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

/** These start servers of their own, or none. */
const withOwnServers = [
  'src/fresh-clone.test.ts',
  'src/api-unavailable.test.ts',
  'src/behind-a-proxy.test.ts',
  'src/registration.test.ts',
  'src/under-load.test.ts',
  'src/unread-bodies.test.ts',
];

export default defineConfig({
  test: {
    ...testOptions,
    // Most of the time, a worker waits for the site and the browser.
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'site',
          include: ['src/*.test.ts'],
          exclude: withOwnServers,
          globalSetup: 'src/global-setup.ts',
        },
      },
      { extends: true, test: { name: 'commands', include: withOwnServers } },
    ],
  },
});
