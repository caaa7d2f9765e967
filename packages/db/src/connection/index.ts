/** What a connection needs, for packages that open one directly: entities, options, URLs, and the drivers' errors. */
export { explainOpenError } from '../database-error.ts';
export { findEntities } from '../entities/find-entities.ts';
export { driverCode, driverProblem, type DriverProblem } from './driver-codes.ts';
export { mysqlOptions, postgresqlOptions } from './driver-options.ts';
export { commonOptions } from './orm-options.ts';
export { parseServerUrl, type ServerAddress } from './server-url.ts';
export {
  findStagingFiles,
  markStaging,
  removeFiles,
  removeRestoreLeftovers,
  removeStagingDatabases,
  restorePrefix,
  sidecarSuffixes,
  stagingDatabase,
  stagingFile,
} from './restore-leftovers.ts';
export { sqlitePath } from './sqlite-file.ts';
