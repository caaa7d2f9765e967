// cspell:ignore SESSIONNAME
import { distance } from 'fastest-levenshtein';
import { secretVariables, variableNames } from './environment.ts';
import { fileVariableOf } from './secret-files.ts';

/**
 * Finds variables that are probably meant for this application and have no effect: typos, files of variables that are not
 * secrets, and names with the prefixes of this application. Variables of other programs are not reported.
 * @returns a sentence for each, without its value
 */
export function findUnknownVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && !known.has(name))
    .map((name) => [name, hintFor(name)] as const)
    .filter((found): found is [string, string] => found[1] !== null)
    .map(([name, hint]) => `${name} is not a known variable and is ignored. ${hint}`);
}

/** Writes a line about each unknown variable of this process to standard error, once. */
export function warnOfUnknownVariables(): void {
  if (hasWarned) return;
  hasWarned = true;
  for (const sentence of findUnknownVariables(process.env)) process.stderr.write(`${sentence}\n`);
}
let hasWarned = false;

const known = new Set([...variableNames, ...secretVariables.map(fileVariableOf)]);

/** @returns null for a variable of another program */
function hintFor(name: string): string | null {
  if (foreign.test(name)) return null;
  const [, ours = ''] = /^(.+)_FILE$/i.exec(name) ?? [];
  if (variableNames.includes(ours)) {
    return `Only these can be read from a file: ${secretVariables.map(fileVariableOf).join(', ')}.`;
  }
  const meant = nearestTo(name);
  if (meant) return `Did you mean ${meant}?`;
  return prefixes.test(name) ? 'The known variables are in docs/configuration.md.' : null;
}

const prefixes = /^(SESSIONS?|REMEMBER|FRESH|PASSWORD|COOKIE|SMTP|MAIL|TRUST|TRUSTED|RATE_LIMIT)_/;

/** Names with these prefixes that desktops and other programs use. */
const foreign = /^(SESSION_MANAGER|SESSIONNAME|SESSION_ID|PASSWORD_STORE_.*|MAIL_CHECK)$/;

/** The known name that a name is a variant of: another case, other separators, another prefix, or a typo. */
function nearestTo(name: string): string | undefined {
  const spelled = normalize(name);
  return [...known]
    .map((candidate) => ({ candidate, edits: editsBetween(spelled, normalize(candidate)) }))
    .filter(({ candidate, edits }) => edits <= allowedEdits(candidate))
    .sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

/** URI and URL mean the same. The prefix of the application is not part of its names. */
const normalize = (name: string) =>
  name
    .toUpperCase()
    .replace(/^LATCHKEY_/, '')
    .replace(/[_\-.]/g, '')
    .replace(/URI(?=$|FILE$)/, 'URL');

/** A typo leaves the first letter, and the beginning of a short name: APP_URL is not a typo of API_URL. */
function editsBetween(name: string, candidate: string): number {
  const start = candidate.length < 10 ? 3 : 1;
  return name.slice(0, start) === candidate.slice(0, start) ? distance(name, candidate) : Infinity;
}

/** Short names are near to names of other programs. HOST and PORT have only one form. */
function allowedEdits(candidate: string): number {
  if (candidate.length < 6) return -1;
  return candidate.length < 10 ? 1 : 2;
}
