import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

// Apart from vite.config.ts: what is tested here needs no pages built.
export default defineConfig({ test: testOptions });
