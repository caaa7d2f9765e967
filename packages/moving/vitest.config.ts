import { testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: testOptions });
