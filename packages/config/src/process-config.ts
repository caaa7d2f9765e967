import type { Config, ConfigDefaults } from './config.ts';
import { readConfig } from './read-config.ts';
import { warnOfUnknownVariables } from './unknown-variables.ts';

let config: Config | undefined;

/**
 * The configuration of this process. The first call parses the environment and reports unknown variables; later calls return
 * the same object.
 * @throws ConfigError like `readConfig`
 */
export function processConfig(defaults?: ConfigDefaults): Config {
  if (config) return config;
  config = readConfig(process.env, defaults);
  warnOfUnknownVariables();
  return config;
}
