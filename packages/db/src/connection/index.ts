/** How a database is reached: for the packages that open connections of their own. */
export { explainOpenError } from '../database-error.ts';
export { findEntities } from '../entities/find-entities.ts';
export { connectToServer, type ServerConnection } from './connect-to-server.ts';
export { driverCode, driverProblem, type DriverProblem } from './driver-codes.ts';
export { mysqlOptions, mysqlSessionSettings, postgresqlOptions } from './driver-options.ts';
export { commonOptions } from './orm-options.ts';
export { parseServerUrl, type ServerAddress } from './server-url.ts';
export { sqlitePath } from './sqlite-file.ts';
