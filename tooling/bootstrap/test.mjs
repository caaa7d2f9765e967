// `npm test`: installs, builds and runs all checks.
import { requireNodeVersion } from './node-version.mjs';

requireNodeVersion(process.versions.node);
// A static import would make an old Node fail with a syntax error before the message.
import('./test-command.mjs').then(({ runTest }) => runTest(process.argv.slice(2)));
