import type { Engine } from '@latchkey/db';
import { formatSql } from './format-sql.ts';

export type MigrationText = {
  engine: Engine;
  name: string;
  after: readonly string[];
  up: readonly string[];
  down: readonly string[];
  /** The comment of a method without statements. */
  comment: string;
};

/** The source of a migration's file. */
export function migrationFile({ engine, name, after, up, down, comment }: MigrationText): string {
  return `import { Migration } from '@mikro-orm/migrations';

export class ${name} extends Migration {
  static readonly after: readonly string[] = ${listOf(after)};
  override name = '${name}';

${method('up', engine, up, comment)}

${method('down', engine, down, comment)}
}
`;
}

function method(
  direction: 'up' | 'down',
  engine: Engine,
  statements: readonly string[],
  comment: string,
): string {
  const body =
    statements.length === 0
      ? `    // ${comment}`
      : statements.map((statement) => added(formatSql(statement, engine))).join('\n');
  return `  override ${direction}(): void {\n${body}\n  }`;
}

function added(sql: string): string {
  const escaped = sql.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  if (!sql.includes('\n')) {
    const text = /[`\\]/.test(sql) || sql.includes("'") ? `\`${escaped}\`` : `'${sql}'`;
    return `    this.addSql(${text});`;
  }
  const indented = escaped.replace(/^(?=.)/gm, '      ');
  return `    this.addSql(\`\n${indented}\`);`;
}

/** Formatted like Prettier. */
function listOf(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const line = `[${quoted.join(', ')}]`;
  if (line.length <= 60) return line;
  return `[\n${quoted.map((name) => `    ${name},\n`).join('')}  ]`;
}
