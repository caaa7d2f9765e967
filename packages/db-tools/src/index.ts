/** Tools for whole databases: backup and restore, reset, copies to other engines, a doctor, and seed data. */
export { backupDatabase, type Backup, type BackupOptions } from './backup/backup.ts';
export { BackupError, type BackupReason } from './backup/backup-error.ts';
export { resetDatabase, tablesToDrop, type TableToDrop } from './backup/reset.ts';
export { restoreDatabase } from './backup/restore.ts';
export type { RestoreResult } from './backup/restore-job.ts';
export { copyDatabase, type CopiedTable, type CopyOptions } from './copy/copy-database.ts';
export { examine, type Examination } from './doctor/examine.ts';
export type { Finding } from './doctor/finding.ts';
export { seedUsers, type Seeded, type SeedOptions } from './seed/seed-users.ts';
export { formatBytes } from './format-bytes.ts';
