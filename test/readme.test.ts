import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withTable } from '../docs/settings-table.ts';

it('README’s table of settings is the code’s', () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');
  expect(readme, 'run: node docs/settings-table.ts').toBe(withTable(readme));
});
