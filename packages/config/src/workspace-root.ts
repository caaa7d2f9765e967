import { resolve } from 'node:path';

/** The folder of pnpm-workspace.yaml. Relative paths of the environment start here, wherever a command is run. */
export const workspaceRoot = resolve(import.meta.dirname, '../../..');
