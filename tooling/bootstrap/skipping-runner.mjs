import { TestRunner } from 'vitest';

/** Runs nothing, and has every test skipped by name, without what prepares them (`beforeAll`). */
export default class SkippingRunner extends TestRunner {
  /** @param {import('vitest').SerializedConfig} config */
  constructor(config) {
    super(config);
    // No name fits this one.
    this.config.testNamePattern = /(?!)/;
  }
}
