// Writes the test results that `npm test` counts. Vitest's own JSON report lacks the reasons of skipped tests. A package
// enables it with `reporters: ['default', '@latchkey/bootstrap/summary-reporter']` in its vitest.config.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} TestResults
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped
 * @property {{ name: string, reason: string }[]} failures
 *
 * @typedef {import('vitest/node').Reporter} Reporter
 */

/** Relative to the package's folder. */
export const RESULTS_FILE = 'artifacts/test-results.json';

/** @implements {Reporter} */
export default class SummaryReporter {
  #folder = process.cwd();

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#folder = vitest.config.root;
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = join(this.#folder, RESULTS_FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(summarize(modules, unhandledErrors), null, 2)}\n`);
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message: string }[]} unhandledErrors
 * @returns {TestResults}
 */
function summarize(modules, unhandledErrors) {
  let passed = 0;
  const skipped = [];
  const failures = unhandledErrors.map((error) => ({
    name: 'outside of a test',
    reason: firstLine(error),
  }));

  for (const module of modules) {
    // Errors outside of tests: a file that cannot be loaded, a beforeAll, an afterAll.
    for (const part of [module, ...module.children.allSuites()]) {
      for (const error of part.errors()) failures.push({ name: nameOf(part), reason: firstLine(error) });
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'skipped')
        skipped.push({ name: nameOf(test), reason: skipReason(test, result.note) });
      else
        failures.push({
          name: nameOf(test),
          reason: firstLine(result.errors?.[0] ?? { message: 'did not end' }),
        });
    }
  }
  return { passed, failed: failures.length, skipped, failures };
}

/** @param {import('vitest/node').TestCase | import('vitest/node').TestSuite | import('vitest/node').TestModule} part */
function nameOf(part) {
  // A file can run in several projects.
  const project = part.project.name && `[${part.project.name}] `;
  if (part.type === 'module') return `${project}${part.relativeModuleId}`;
  return `${project}${part.module.relativeModuleId} > ${part.fullName}`;
}

/**
 * @param {import('vitest/node').TestCase} test
 * @param {string | undefined} note
 */
function skipReason(test, note) {
  if (note) return note;
  if (test.options.mode === 'todo') return 'not written yet';
  const projectReason = test.project.config.env?.['LATCHKEY_SKIP_REASON'];
  if (projectReason) return projectReason;
  return hasBrokenSuite(test) ? 'its beforeAll failed' : 'no reason given';
}

/**
 * Vitest reports the tests below a failed beforeAll as skipped.
 *
 * @param {import('vitest/node').TestCase | import('vitest/node').TestSuite} part
 * @returns {boolean}
 */
function hasBrokenSuite({ parent }) {
  return parent.errors().length > 0 || (parent.type === 'suite' && hasBrokenSuite(parent));
}

/** @param {{ message?: string }} error */
function firstLine(error) {
  return (error.message ?? '').split('\n', 1)[0] ?? '';
}
