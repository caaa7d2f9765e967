import { afterEach, expect, test, vi } from 'vitest';
import { processConfig } from './process-config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('an unknown variable is named on standard error, once per process', async () => {
  const written: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(text) > 0);
  vi.stubEnv('SESSIONS_IDLE', '1h');
  vi.resetModules();
  const { processConfig: read } = await import('./process-config.ts');
  read();
  read();
  expect(written).toEqual([
    'SESSIONS_IDLE is not a known variable and is ignored. Did you mean SESSION_IDLE?\n',
  ]);
});

test('the environment is parsed once per process', () => {
  vi.stubEnv('PORT', '4123');
  const config = processConfig();
  vi.stubEnv('PORT', '4124');
  expect(config.port).toBe(4123);
  expect(processConfig()).toBe(config);
});
