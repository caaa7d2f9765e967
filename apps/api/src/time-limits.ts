/** How long a server may wait for one statement of the database. Milliseconds. */
export const statementTimeoutMs = 5000;

/** How long a request may wait for the database, with all its statements. A request to an overloaded one ends within ten seconds. */
export const requestDatabaseMs = 8000;

/** How long a call may take in all, for whatever else it waits. */
export const callTimeoutMs = 30_000;

/** How long `/readyz` waits for the database. */
export const readinessMs = 4000;

/** When to try again after a 503. Seconds. */
export const retryAfterSeconds = 5;
