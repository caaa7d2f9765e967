/** The parts that the HTTP servers share: listening, client addresses, cross-site checks, body limits, request ids, logs. */
export { clientAddress, type ClientAddress, type TrustedProxies } from './client-address.ts';
export { parseNodeName } from './node-name.ts';
export { createLog, type Log } from './log.ts';
export { isCrossSite } from './cross-site.ts';
export { limitBody } from './body-limit.ts';
export { explain } from './explain.ts';
export { requestIdHeader, readRequestId } from './request-id.ts';
export { runServer } from './run-server.ts';
export { serve, ServeError, type Serving } from './serve.ts';
export { stopGracefully } from './stop-gracefully.ts';
export { toListener, type Answer } from './listener.ts';
