/** The configuration: environment variables, parsed and validated once. */
export { ConfigError } from './config-error.ts';
export type { Config, ConfigDefaults } from './config.ts';
export { readConfig } from './read-config.ts';
export { processConfig } from './process-config.ts';
export { listeningAddress } from './listening-address.ts';
export { allowedOrigins, siteOrigin, siteWords } from './origin.ts';
export { findUnknownVariables, warnOfUnknownVariables } from './unknown-variables.ts';
export { workspaceRoot } from './workspace-root.ts';
