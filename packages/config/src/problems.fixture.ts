import { ConfigError } from './config-error.ts';
import { readConfig } from './read-config.ts';

/** The message of the error about an environment; empty for a valid one. */
export function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}
