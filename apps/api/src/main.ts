import { readConfig, siteOrigin } from '@latchkey/config';
import { runServer, serve, toListener, type Answer } from '@latchkey/http';
import { startApi, type Api } from './index.ts';

/** The API on a port of its own: for development, and wherever pages and API run apart. */
await runServer(async () => {
  const config = readConfig(process.env, { port: 4000 });
  // The port first: on a taken one, nothing else has happened yet.
  let start: (api: Api) => void = () => undefined;
  const started = new Promise<Api>((resolve) => (start = resolve));
  const handle: Answer = async (request, address) => (await started).handle(request, address);
  const serving = await serve(
    config,
    toListener(handle, () => new Response('Something went wrong.\n', { status: 500 })),
  );

  const api = await startApi(config, serving.port);
  start(api);
  process.stdout.write(`ready on ${siteOrigin({ ...config, origin: null }, serving.port)}\n`);

  return async () => {
    await serving.stop();
    await api.stop();
  };
});
