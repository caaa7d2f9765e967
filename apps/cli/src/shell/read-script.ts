import { Script } from 'node:vm';
import { parseExpressionAt } from 'acorn';

export type ReadScript = {
  /** The script as one JavaScript program, for the check of its syntax. */
  program: string;
  /**
   * The statements, to be run one after the other. Statements that share a line are one part. Each part is preceded by as
   * many lines and blanks as in the script, so that errors have the right line and column.
   * @throws SyntaxError when the program is not JavaScript
   */
  parts(): string[];
  lastStatement(): string;
};

/** Reads a script with the two rules that the prompt adds to JavaScript: on brackets and on objects. */
export function readScript(source: string): ReadScript {
  const script = withSemicolons(source);
  const program = withoutObjects(script);
  return {
    program,
    parts() {
      const parts: Range[] = [];
      for (const { start, end } of statementsOf(program)) {
        const before = parts.at(-1);
        if (before && !/[\n\r]/.test(script.slice(before.end, start))) before.end = end;
        // Without the semicolon, which may be on the next line, before a bracket.
        else parts.push({ start, end: start + script.slice(start, end).replace(/\s*;$/, '').length });
      }
      return parts.map(({ start, end }) => blank(script.slice(0, start)) + script.slice(start, end));
    },
    lastStatement() {
      const starts = [...program.matchAll(/^/gm)].map(({ index }) => index);
      return program.slice(starts.findLast((start) => isProgram(program.slice(0, start)))).trim();
    },
  };
}

type Range = { start: number; end: number };

/** Parsed as the body of an async function, where `await` and `using` are allowed. */
function statementsOf(program: string): Range[] {
  const head = 'async () => {';
  const parsed = parseExpressionAt(`${head}${program}\n}`, 0, { ecmaVersion: 'latest' });
  if (parsed.type !== 'ArrowFunctionExpression' || parsed.body.type !== 'BlockStatement') return [];
  return parsed.body.body.map(({ start, end }) => ({ start: start - head.length, end: end - head.length }));
}

/** A line that begins with a bracket does not continue the line above: `count\n(1 + 1)` is not a call. */
function withSemicolons(script: string): string {
  return [...script.matchAll(/(?<=\n)[([`]/g)].reduceRight((text, { index }) => {
    const above = text.slice(0, index);
    return isProgram(above) ? `${above};${text.slice(index)}` : text;
  }, script);
}

/** `{ a: 1 }` on lines of its own is an object, and not a block. A number of the same length replaces it. */
function withoutObjects(script: string): string {
  let program = script;
  for (const { index: start } of script.matchAll(/(?<=^[^\S\n\r]*)\{/gm)) {
    if (program[start] !== '{' || !isProgram(program.slice(0, start))) continue;
    const ends = script.slice(start).matchAll(/\}(?=[^\S\n\r]*;?[^\S\n\r]*(?:$|[\n\r]|\/[/*]))/g);
    const object = [...ends].map(({ index }) => script.slice(start, start + index + 1)).find(isExpression);
    if (object)
      program = `${program.slice(0, start)}0${blank(object.slice(2))};${script.slice(start + object.length)}`;
  }
  return program;
}

function isProgram(text: string): boolean {
  // Rows of a long list are recognized without parsing all the lines above them.
  const lastLine = text.slice(text.trimEnd().lastIndexOf('\n') + 1).trimEnd();
  if (lastLine.endsWith(',') && !lastLine.includes('//')) return false;
  return compiles(`async () => {${text}\n}`);
}

const isExpression = (text: string) => compiles(`async () => (${text}\n)`);

function compiles(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

const blank = (text: string) => text.replace(/[^\n\r\u2028\u2029]/g, ' ');
