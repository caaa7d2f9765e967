export { clientAddress, type ClientAddress, type TrustedProxies } from './client-address.ts';
export { createLog, type Log } from './log.ts';
export { isCrossSite } from './cross-site.ts';
export { limitBody } from './body-limit.ts';
export { explain } from './explain.ts';
export { runServer } from './run-server.ts';
export { serve, ServeError, type Serving } from './serve.ts';
export { toListener, type Answer } from './listener.ts';
