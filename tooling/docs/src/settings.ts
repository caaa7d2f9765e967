import { ConfigError, readConfig, type Config } from '@latchkey/config';
import { codeSpansOf, tableOf } from './markdown.ts';
import { files, read } from './repository.ts';

/** A row of the table of variables. A default of null stands for a variable that has none. */
export type Setting = {
  variable: string;
  default: string | null;
  defaultInProduction: string | null;
  isRequiredInProduction: boolean;
  /** Values that fit, as the row names them. */
  examples: string[];
};

/** What production cannot do without. */
export const production = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com' };

export function settingsOf(page: string): Setting[] {
  return tableOf(page).map(([name = '', defaults = '', fits = '']) => {
    const [everywhere = '', inProduction = everywhere] = defaults.split(/,? in production /);
    return {
      variable: codeSpansOf(name)[0] ?? name,
      default: codeSpansOf(everywhere)[0] ?? null,
      defaultInProduction: codeSpansOf(inProduction)[0] ?? null,
      isRequiredInProduction: inProduction === 'required',
      examples: codeSpansOf(fits).filter((span) => !/^[A-Z_]+$/.test(span)),
    };
  });
}

/** The variables that readConfig reads: of all names in its package, those that do something. */
export function variablesOfReadConfig(): string[] {
  const sources = files.filter((path) => /^packages\/config\/src\/.*(?<!\.test)\.ts$/.test(path));
  const names = new Set(sources.flatMap((path) => read(path).match(/\b[A-Z][A-Z\d_]+\b/g) ?? []));
  return [...names].filter((name) => outcome({ [name]: 'no such value' }) !== outcome({}));
}

function outcome(environment: Record<string, string>): string {
  try {
    return JSON.stringify(readConfig(environment));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** How many settings are left open, like an origin that is derived from elsewhere, or a list that is empty. */
export function openSettings(settings: Config | Config[keyof Config]): number {
  if (settings === null) return 1;
  if (typeof settings !== 'object') return 0;
  if (Array.isArray(settings) && settings.length === 0) return 1;
  // The cast: whatever a setting holds is a setting, or part of one.
  return (Object.values(settings) as Config[keyof Config][]).reduce<number>(
    (open, setting) => open + openSettings(setting),
    0,
  );
}
