// Vitest's own JSON report leaves out why a test was skipped, so this one writes what `npm test` sums up. A package
// takes part with `reporters: ['default', '@latchkey/bootstrap/summary-reporter']` in its vitest.config.ts.
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

/** Where it is written, from the package's folder. */
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
    name: 'outside of any test',
    reason: firstLine(error),
  }));

  for (const module of modules) {
    // What fails in no test of its own: a file that does not load, a beforeAll or an afterAll.
    for (const part of [module, ...module.children.allSuites()]) {
      for (const error of part.errors()) failures.push({ name: nameOf(part), reason: firstLine(error) });
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'skipped')
        skipped.push({ name: nameOf(test), reason: whySkipped(test, result.note) });
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
  // The same file may run in several projects.
  const project = part.project.name && `[${part.project.name}] `;
  if (part.type === 'module') return `${project}${part.relativeModuleId}`;
  return `${project}${part.module.relativeModuleId} > ${part.fullName}`;
}

/**
 * @param {import('vitest/node').TestCase} test
 * @param {string | undefined} note
 */
function whySkipped(test, note) {
  if (note) return note;
  if (test.options.mode === 'todo') return 'still to be written';
  const why = test.project.config.env?.['LATCHKEY_WHY_SKIPPED'];
  if (why) return why;
  return hasBrokenSuite(test) ? 'its suite could not be prepared' : 'no reason given';
}

/**
 * A failing beforeAll leaves the tests below it as skipped.
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
