import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

// Separate from vite.config.ts: these tests need no built pages.
export default defineConfig({ test: testOptions });
