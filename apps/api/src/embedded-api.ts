import type { Config } from '@latchkey/config';
import { startApi, type Api } from './start-api.ts';

let running: Promise<Api> | undefined;

/** The API inside another server's process: started by whoever asks first, and the same one from then on. */
export function embeddedApi(config: Config, port: number): Promise<Api> {
  running ??= startApi(config, port);
  return running;
}
