import { readConfig, type Config, type ConfigDefaults } from './read-config.ts';

let config: Config | undefined;

/**
 * The configuration of this process: the environment is parsed at the first call, once.
 * @throws ConfigError as `readConfig` does
 */
export function processConfig(defaults?: ConfigDefaults): Config {
  config ??= readConfig(process.env, defaults);
  return config;
}
