import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { reporters: ['default', '@latchkey/bootstrap/summary-reporter'] } });
