// `npm start`: from a bare clone to a server that answers. `pnpm start:prod` is the same without installing or building.
import { refuseOldNode } from './node-version.mjs';

refuseOldNode(process.versions.node);
// Imported only now: an old Node would fail on the rest with a syntax error instead of a sentence.
import('./start-command.mjs').then(({ runStart }) => runStart(process.argv.slice(2)));
