// Any Node must be able to parse this file and print the message below, so its syntax is that of Node 12.

const MIN_MAJOR = 20;

/**
 * Ends the process with a one-line message when the host's Node is too old for the bootstrap. The bootstrap itself
 * installs the pinned Node that runs everything else.
 *
 * @param {string} version as in `process.versions.node`
 */
export function requireNodeVersion(version) {
  if (Number(version.split('.')[0]) >= MIN_MAJOR) return;

  process.stderr.write(
    `Latchkey needs Node ${MIN_MAJOR} or later; this is Node ${version}. See https://nodejs.org\n`,
  );
  process.exit(1);
}
