/** The supported database engines. `mysql` includes MariaDB, which has the same driver and SQL. */
export type Engine = 'sqlite' | 'postgresql' | 'mysql';

export const engines: readonly Engine[] = ['sqlite', 'postgresql', 'mysql'];
