import type { Engine } from '@latchkey/db';

const doubled = (text: string) => text.replaceAll("'", "''");

/** How a text stands in SQL, and how all texts are written here that are compared: engines differ in it. */
const escaped: Record<Engine, (text: string) => string> = {
  sqlite: doubled,
  postgresql: doubled,
  mysql: (text) => doubled(text).replace(/[^]/g, (character) => escapes.get(character) ?? character),
};

/** MySQL's, as MariaDB writes them into its catalogue ("String Literals"). */
const escapes = new Map([
  ['\\', '\\\\'],
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\x1A', '\\Z'],
]);

const unescapes = new Map([...escapes].map(([character, sequence]) => [sequence, character]));

export const textLiteral = (text: string, engine: Engine): string => `'${escaped[engine](text)}'`;

/** @param literal what stands between the marks, in MySQL or MariaDB */
export const unescapeLiteral = (literal: string): string =>
  literal.replace(/\\.|''/gs, (sequence) =>
    sequence === "''" ? "'" : (unescapes.get(sequence) ?? sequence.slice(1)),
  );
