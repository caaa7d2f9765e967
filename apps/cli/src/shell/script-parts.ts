import { Script } from 'node:vm';
import ts from 'typescript';

export type ScriptParts = {
  /**
   * What is run at once, and has one value: the statements that share a line, or one that takes several. Each stands behind
   * as many empty lines and blanks as there is text before it, so errors name its place in the script.
   */
  parts: string[];
  /** The script as JavaScript reads it as a whole. */
  program: string;
  /** Its last statement or comment, for whoever has to say that it has no end. */
  last: string;
};

/** Takes a script apart. Whether it is right JavaScript is for the engine to say, of the whole program. */
export function partsOf(script: string): ScriptParts {
  const statements = statementsOf(script);
  const lines = joinedByLine(statements);
  const final = statements.at(-1);
  return {
    parts: lines.map(
      ({ start, end, place }) =>
        '\n'.repeat(place.line) + ' '.repeat(place.character) + script.slice(start, end),
    ),
    program: statements
      .filter(({ isObject }) => isObject)
      .reduce((program, object) => withoutObject(program, object), script),
    last: script.slice(final?.end).replace(/^\s*;/, '').trim() || script.slice(final?.start).trim(),
  };
}

type Statement = {
  start: number;
  end: number;
  isObject: boolean;
  place: ts.LineAndCharacter;
  lastLine: number;
};

function statementsOf(script: string): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  while (from < script.length) {
    const file = parse(blank(script.slice(0, from)) + script.slice(from));
    from = script.length;
    for (const node of file.statements) {
      const start = node.getStart(file);
      const objectEnd = ts.isBlock(node) ? endOfObject(script, start) : null;
      const end = objectEnd ?? endOf(node);
      const place = file.getLineAndCharacterOfPosition(start);
      const lastLine = file.getLineAndCharacterOfPosition(end).line;
      statements.push({ start, end, isObject: objectEnd !== null, place, lastLine });
      if (objectEnd !== null) {
        // Read as a block it may have ended elsewhere, so what follows is read anew.
        from = objectEnd;
        break;
      }
    }
  }
  return statements;
}

/** Without the semicolon: it may stand at the beginning of the next line, in front of a bracket. */
function endOf(node: ts.Statement): number {
  if (ts.isExpressionStatement(node)) return node.expression.end;
  return ts.isVariableStatement(node) ? node.declarationList.end : node.end;
}

/** Statements that share a line are one: `u.passwordHash = hash; 'set'` has the value of the last. */
function joinedByLine(statements: Statement[]): Statement[] {
  const lines: Statement[] = [];
  for (const statement of statements) {
    const before = lines.at(-1);
    if (before?.lastLine === statement.place.line) {
      lines[lines.length - 1] = { ...before, end: statement.end, lastLine: statement.lastLine };
    } else lines.push(statement);
  }
  return lines;
}

/** A tree also of what is wrong. As of a module, since `await` is a name in any other file. */
function parse(text: string): ts.SourceFile {
  // What TypeScript itself sets, by this name, in a file with an import.
  const setExternalModuleIndicator = (file: ts.SourceFile) => {
    Reflect.set(file, 'externalModuleIndicator', true);
  };
  const options = { languageVersion: ts.ScriptTarget.Latest, setExternalModuleIndicator };
  return ts.createSourceFile('script.js', text, options, false, ts.ScriptKind.JS);
}

/** `{ a: 1 }` on lines of its own is an object here, as it is at the prompt. @returns where it ends; null where it is a block */
function endOfObject(script: string, start: number): number | null {
  if (!/(^|[\n\r])[^\S\n\r]*$/.test(script.slice(0, start))) return null;
  const [statement] = parse(`(${script.slice(start)}`).statements;
  if (!statement || !ts.isExpressionStatement(statement)) return null;
  const parenthesized = statement.expression;
  if (!ts.isParenthesizedExpression(parenthesized) || !ts.isObjectLiteralExpression(parenthesized.expression))
    return null;
  const end = start + parenthesized.expression.end - 1;
  const isAlone = /^[^\S\n\r]*;?[^\S\n\r]*($|[\n\r]|\/[/*])/.test(script.slice(end));
  return isAlone && isExpression(script.slice(start, end)) ? end : null;
}

function isExpression(text: string): boolean {
  try {
    new Script(`async () => (${text}\n)`);
    return true;
  } catch {
    return false;
  }
}

/** The whole program would take it for a block: it stands there as a number, which is an expression as well. */
function withoutObject(program: string, { start, end }: Statement): string {
  return `${program.slice(0, start)}0;${blank(program.slice(start + 2, end))}${program.slice(end)}`;
}

const blank = (text: string) => text.replace(/[^\n\r\u2028\u2029]/g, ' ');
