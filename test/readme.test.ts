import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withTable } from '../docs/settings-table.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(PROJECT, 'README.md'), 'utf8');

it('README’s table of settings is the code’s', () => {
  expect(readme, 'run: node docs/settings-table.ts').toBe(withTable(readme));
});

it('README’s table of commands has each that there is, and no other', () => {
  const help = execFileSync(process.execPath, [path.join(PROJECT, 'cli/main.ts'), 'help'], { encoding: 'utf8' });
  const commands = [...help.matchAll(/^dragoman ([a-z][\w-]*) /gm)].map(([, name]) => name);
  const [, section] = /^## Commands$([\s\S]*?)^## /m.exec(readme) ?? [];
  const cells = [...section!.matchAll(/^\| (`.*?) +\| /gm)].map(([, cell]) => cell!);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z][\w-]*)/g)].map(([, name]) => name));
  expect(commands.length).toBeGreaterThan(10);
  expect([...new Set(named)].sort()).toEqual(commands.sort());
});
