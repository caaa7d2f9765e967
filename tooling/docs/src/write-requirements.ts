import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './repository.ts';
import { pagesWithRequirements, withRequirements } from './requirements.ts';

for (const { page, letters } of pagesWithRequirements) {
  writeFileSync(join(root, page), withRequirements(page, read(page), letters));
  console.log(`wrote the requirements of ${page}`);
}
