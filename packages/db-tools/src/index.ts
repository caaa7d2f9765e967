/** Tools for a whole database: back it up and restore it, copy it to another engine, examine it, fill it. */
export { backupDatabase, type Backup, type BackupOptions } from './backup/backup.ts';
export { BackupError, type BackupReason } from './backup/backup-error.ts';
export { openExisting } from './backup/existing-database.ts';
export { resetDatabase, tablesToGo, type TableToGo } from './backup/reset.ts';
export { restoreDatabase } from './backup/restore.ts';
export type { Restored } from './backup/restoring.ts';
export { copyDatabase, type CopiedTable, type CopyOptions } from './copy/copy-database.ts';
export { examine, type Examination } from './doctor/examine.ts';
export type { Finding } from './doctor/finding.ts';
export { seedUsers, type Seeded, type SeedOptions } from './seed/seed-users.ts';
