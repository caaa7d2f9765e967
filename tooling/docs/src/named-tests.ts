import ts from 'typescript';
import { files, read } from './repository.ts';

/** A test of the repository. */
export type NamedTest = {
  path: string;
  /** Its name with those of the blocks around it. */
  name: string;
  /** Those in brackets at the end of its name, or of a block around it, like `T10` of docs/security.md. */
  requirements: readonly string[];
};

/** Every test of the repository, in the order of files and lines. Names in templates are left out. */
export function namedTests(): NamedTest[] {
  return files.filter((path) => /\.test\.(ts|mjs)$/.test(path)).flatMap(findTests);
}

type Name = Pick<NamedTest, 'name' | 'requirements'>;

function findTests(path: string): NamedTest[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest);
  const found: NamedTest[] = [];
  visit(source, { name: '', requirements: [] });
  return found;

  function visit(node: ts.Node, around: Name): void {
    const call = ts.isCallExpression(node) ? namedCall(node) : null;
    const here = call ? joined(around, readName(call.name)) : around;
    if (call?.kind === 'test') found.push({ path, ...here });
    ts.forEachChild(node, (child) => {
      visit(child, here);
    });
  }
}

const joined = (around: Name, own: Name): Name => ({
  name: `${around.name} ${own.name}`.trim(),
  requirements: [...around.requirements, ...own.requirements],
});

/** `test('name', …)` and `describe('name', …)`, also as `test.each(…)('name', …)` and `test.for(…)('name', …)`. */
function namedCall({ expression, arguments: [name] }: ts.CallExpression) {
  if (!name || !ts.isStringLiteralLike(name)) return null;
  let callee: ts.Expression = expression;
  while (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) callee = callee.expression;
  if (!ts.isIdentifier(callee) || !['test', 'describe'].includes(callee.text)) return null;
  return { kind: callee.text, name: name.text };
}

/** `… [T1, T2]` */
function readName(text: string): Name {
  const [, name = text, list = ''] = /^(.*) \[([A-Z]\d+(?:, [A-Z]\d+)*)[^\]]*\]$/s.exec(text) ?? [];
  return { name, requirements: list === '' ? [] : list.split(', ') };
}
