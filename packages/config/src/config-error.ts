/** An invalid environment variable. `found` contains no secret; `expected` completes "expected …". */
export type ConfigProblem = { variable: string; found: string; expected: string };

/** The environment is invalid. The message has one line per variable, for the person who starts the process. */
export class ConfigError extends Error {
  readonly reason = 'bad_environment';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(({ variable, found, expected }) => `${variable}: found ${found}; expected ${expected}.`)
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
