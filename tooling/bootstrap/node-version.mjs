// Read by whatever Node the machine has, so nothing here is newer than Node 12: an old one must get to the sentence.

const OLDEST = 20;

/**
 * Ends the process with one line when the machine's Node is older than the bootstrap can run on. The pinned Node that
 * runs everything else is installed by the bootstrap itself.
 *
 * @param {string} version as in `process.versions.node`
 */
export function refuseOldNode(version) {
  if (Number(version.split('.')[0]) >= OLDEST) return;

  process.stderr.write(
    `Latchkey needs Node ${OLDEST} or later to start; this is Node ${version}. See https://nodejs.org\n`,
  );
  process.exit(1);
}
