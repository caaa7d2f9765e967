import { ConfigError, readConfig, type Config } from '@latchkey/config';
import { findCodeSpans, tableOf } from './markdown.ts';
import { files, read } from './repository.ts';

/** A row of the table of variables. `default` is null for a variable without one. */
export type Setting = {
  variable: string;
  default: string | null;
  defaultInProduction: string | null;
  isRequiredInProduction: boolean;
  /** The valid values that the row names. */
  examples: string[];
};

/** The variables that production requires. */
export const production = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com' };

export function parseSettings(page: string): Setting[] {
  return tableOf(page).map(([name = '', defaults = '', fits = '']) => {
    const [everywhere = '', inProduction = everywhere] = defaults.split(/,? in production /);
    return {
      variable: findCodeSpans(name)[0] ?? name,
      default: findCodeSpans(everywhere)[0] ?? null,
      defaultInProduction: findCodeSpans(inProduction)[0] ?? null,
      isRequiredInProduction: inProduction === 'required',
      examples: findCodeSpans(fits).filter((span) => !/^[A-Z_]+$/.test(span)),
    };
  });
}

/** The variables that readConfig reads: the names in its package whose value changes the result. */
export function listConfigVariables(): string[] {
  const sources = files.filter((path) => /^packages\/config\/src\/.*(?<!\.test)\.ts$/.test(path));
  const names = new Set(sources.flatMap((path) => read(path).match(/\b[A-Z][A-Z\d_]+\b/g) ?? []));
  return [...names].filter((name) => outcome({ [name]: 'no such value' }) !== outcome({}));
}

/** The variables with the path of a file that contains a secret. */
export function listFileVariables(): string[] {
  const names = listConfigVariables().map((name) => `${name}_FILE`);
  return names.filter((name) => outcome({ [name]: '/nonexistent/secret' }) !== outcome({}));
}

function outcome(environment: Record<string, string>): string {
  try {
    return JSON.stringify(readConfig(environment));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Counts the settings without a value of their own: null, or an empty list. */
export function openSettings(settings: Config | Config[keyof Config]): number {
  if (settings === null) return 1;
  if (typeof settings !== 'object') return 0;
  if (Array.isArray(settings) && settings.length === 0) return 1;
  // The cast: the values of a setting are settings or parts of one.
  return (Object.values(settings) as Config[keyof Config][]).reduce<number>(
    (open, setting) => open + openSettings(setting),
    0,
  );
}
