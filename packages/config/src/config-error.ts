/** One variable of the environment that does not fit. `found` never holds a secret. */
export type ConfigProblem = { variable: string; found: string; fits: string };

/** The environment does not fit. Its message is meant for the person who starts the application: a line a variable. */
export class ConfigError extends Error {
  readonly reason = 'bad_environment';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(({ variable, found, fits }) => `${variable}: found ${found}; expected ${fits}.`)
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
