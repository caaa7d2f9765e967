import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

// The modules keep no state, so the files of a worker can share them.
export default defineConfig({ test: { ...testOptions, isolate: false } });
