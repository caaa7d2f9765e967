// `npm start`: installs, builds and serves. `pnpm start:prod` only serves.
import { requireNodeVersion } from './node-version.mjs';

requireNodeVersion(process.versions.node);
// A static import would make an old Node fail with a syntax error before the message.
import('./start-command.mjs').then(({ runStart }) => runStart(process.argv.slice(2)));
