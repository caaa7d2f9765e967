import { afterEach, expect, test, vi } from 'vitest';
import { processConfig } from './process-config.ts';

afterEach(() => void vi.unstubAllEnvs());

test('the environment is parsed once per process', () => {
  vi.stubEnv('PORT', '4123');
  const config = processConfig();
  vi.stubEnv('PORT', '4124');
  expect(config.port).toBe(4123);
  expect(processConfig()).toBe(config);
});
