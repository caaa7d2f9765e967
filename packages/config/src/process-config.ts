import type { Config, ConfigDefaults } from './config.ts';
import { readConfig } from './read-config.ts';

let config: Config | undefined;

/**
 * The configuration of this process. The first call parses the environment; later calls return the same object.
 * @throws ConfigError like `readConfig`
 */
export function processConfig(defaults?: ConfigDefaults): Config {
  config ??= readConfig(process.env, defaults);
  return config;
}
