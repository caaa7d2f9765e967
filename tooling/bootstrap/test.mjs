// `npm test`: from a bare clone to one line that says how many checks passed.
import { refuseOldNode } from './node-version.mjs';

refuseOldNode(process.versions.node);
// Imported only now: an old Node would fail on the rest with a syntax error instead of a sentence.
import('./test-command.mjs').then(({ runTest }) => runTest(process.argv.slice(2)));
