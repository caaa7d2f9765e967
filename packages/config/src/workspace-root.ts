import { resolve } from 'node:path';

/** The folder of pnpm-workspace.yaml. Relative paths in environment variables start here, whatever the current folder. */
export const workspaceRoot = resolve(import.meta.dirname, '../../..');
