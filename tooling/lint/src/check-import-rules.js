import { allExtensions, cruise } from 'dependency-cruiser';
import importRules from './import-rules.js';

// dependency-cruiser passes over files whose compiler it does not find, and would then praise what it has not read.
for (const { extension, available } of allExtensions) {
  if (['.ts', '.svelte'].includes(extension) && !available)
    throw new Error(`${extension} files cannot be read.`);
}

const { output, exitCode } = await cruise(['apps', 'packages', 'tooling'], {
  ...importRules.options,
  validate: true,
  ruleSet: { forbidden: importRules.forbidden ?? [] },
  outputType: 'err-long',
});
console.log(String(output).trim());

// Its own command exits with the number of violations: 256 of them would be a success.
process.exitCode = exitCode === 0 ? 0 : 1;
