import { allExtensions, cruise } from 'dependency-cruiser';
import importRules from './import-rules.js';

// dependency-cruiser silently skips files whose compiler it does not find.
for (const { extension, available } of allExtensions) {
  if (['.ts', '.svelte'].includes(extension) && !available)
    throw new Error(`dependency-cruiser cannot read ${extension} files.`);
}

const { output, exitCode } = await cruise(['apps', 'packages', 'tooling'], {
  ...importRules.options,
  validate: true,
  ruleSet: { forbidden: importRules.forbidden ?? [] },
  outputType: 'err-long',
});
console.log(String(output).trim());

// The exit code of cruise() is the number of violations, and 256 would be a success.
process.exitCode = exitCode === 0 ? 0 : 1;
