export {
  currentRevision,
  historyOf,
  isUpToDate,
  requireCurrentSchema,
  type History,
  type HistoryEntry,
} from './history.ts';
export { downgrade, stamp, upgrade, type DowngradeOptions, type UpgradeOptions } from './upgrading.ts';
