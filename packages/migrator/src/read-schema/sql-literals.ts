import type { Engine } from '@latchkey/db';

const doubleQuotes = (text: string) => text.replaceAll("'", "''");

/** Escapes a text for a string literal of an engine. */
const escaped: Record<Engine, (text: string) => string> = {
  sqlite: doubleQuotes,
  postgresql: doubleQuotes,
  mysql: (text) => doubleQuotes(text).replace(/[^]/g, (character) => escapes.get(character) ?? character),
};

/** MySQL's escapes, as in MariaDB's catalog ("String Literals"). */
const escapes = new Map([
  ['\\', '\\\\'],
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\x1A', '\\Z'],
]);

const unescapes = new Map([...escapes].map(([character, sequence]) => [sequence, character]));

export const textLiteral = (text: string, engine: Engine): string => `'${escaped[engine](text)}'`;

/** @param literal the text between the quotes, on MySQL or MariaDB */
export const unescapeLiteral = (literal: string): string =>
  literal.replace(/\\.|''/gs, (sequence) =>
    sequence === "''" ? "'" : (unescapes.get(sequence) ?? sequence.slice(1)),
  );
