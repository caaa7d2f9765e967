import { processConfig, siteOrigin } from '@latchkey/config';
import { runServer, serve, stopGracefully, toListener, type Answer } from '@latchkey/http';
import { startApi, type RunningApi } from './start-api.ts';

/** The API on its own port: for development, and where pages and API run as separate processes. */
await runServer(async () => {
  const config = processConfig({ port: 4000 });
  // Listens first, so that a port in use is reported before the database is opened. Early requests wait for the start.
  const started = Promise.withResolvers<RunningApi>();
  const handle: Answer = async (request, address) => (await started.promise).handle(request, address);
  const serving = await serve(
    config,
    toListener(handle, () => new Response('Something went wrong.\n', { status: 500 })),
  );

  const api = await startApi(config, serving.port);
  started.resolve(api);
  process.stdout.write(`ready on ${siteOrigin({ ...config, origin: null }, serving.port)}\n`);

  return () => stopGracefully(serving, () => api.stop());
});
