/** The engines that the application runs on. MariaDB is a MySQL here: driver and SQL are the same. */
export type Engine = 'sqlite' | 'postgresql' | 'mysql';

export const engines: readonly Engine[] = ['sqlite', 'postgresql', 'mysql'];
