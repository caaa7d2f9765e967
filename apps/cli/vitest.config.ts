import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

// The scripts of the shell declare names in the global scope of their worker.
const isolated = ['src/shell.test.ts', 'src/shell/*.test.ts'];

export default defineConfig({
  test: {
    ...testOptions,
    projects: [
      {
        extends: true,
        // Files of a worker share the loaded modules, and the databases that they can reuse.
        test: { name: 'commands', exclude: [...testOptions.exclude, ...isolated], isolate: false },
      },
      { extends: true, test: { name: 'shell', include: isolated } },
    ],
  },
});
