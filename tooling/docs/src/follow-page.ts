import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCodeSpans, findFences, type Fence } from './markdown.ts';

/** A step of a guide. */
export type Step =
  | { kind: 'write'; path: string; text: string }
  | { kind: 'change'; path: string; diff: string }
  | { kind: 'move'; from: string; to: string }
  | { kind: 'run'; command: string };

/**
 * A page with other names, in lower case and capitalized: a product may have followed it already and kept the result, so
 * that a test would add the same tables and pages twice.
 * @param names the names of the page, and those that replace them
 */
export function renameSubjects(page: string, names: Readonly<Record<string, string>>): string {
  return Object.entries(names).reduce(
    (text, [name, other]) => text.replaceAll(name, other).replaceAll(capitalize(name), capitalize(other)),
    page,
  );
}

const capitalize = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The steps of a page, in order: each block with the file that is named before it, and each line for a shell. */
export function parseSteps(page: string): Step[] {
  return findFences(page).flatMap((block) => (block.language === 'sh' ? linesOf(block) : [fileOf(block)]));
}

function linesOf({ code }: Fence): Step[] {
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  return lines.map((command) => {
    const [, from, to] = /^mv '([^']+)' '([^']+)'$/.exec(command) ?? [];
    return from && to ? { kind: 'move', from, to } : { kind: 'run', command };
  });
}

function fileOf({ language, code, leadIn }: Fence): Step {
  const path = findCodeSpans(leadIn).findLast((span) => /^(apps|packages|tooling)\//.test(span));
  if (!path) throw new Error(`No file is named before this block:\n${code}`);
  return language === 'diff' ? { kind: 'change', path, diff: code } : { kind: 'write', path, text: code };
}

/** Applies a step to the files of a folder. Commands are left to the caller. */
export function takeStep(folder: string, step: Step): void {
  switch (step.kind) {
    case 'write':
      mkdirSync(dirname(join(folder, step.path)), { recursive: true });
      writeFileSync(join(folder, step.path), step.text);
      return;
    case 'change': {
      const file = join(folder, step.path);
      writeFileSync(file, withLines(readFileSync(file, 'utf8'), step.diff));
      return;
    }
    case 'move':
      renameSync(join(folder, step.from), join(folder, step.to));
      return;
    case 'run':
      return;
  }
}

/**
 * Adds the `+` lines of a diff, each after the line that precedes it in the diff.
 * @throws Error when the file has no such line
 */
function withLines(text: string, diff: string): string {
  const lines = text.split('\n');
  let place = 0;
  for (const line of diff.split('\n')) {
    const content = line.slice(1);
    if (line.startsWith('+')) {
      lines.splice(place, 0, content);
      place += 1;
    } else if (content) {
      const found = lines.indexOf(content, place);
      if (found < 0) throw new Error(`There is no line "${content}".`);
      place = found + 1;
    }
  }
  return lines.join('\n');
}
