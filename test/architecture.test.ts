/** docs/architecture.md names every room that there is, and none that is not; and what stands in one place only. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(PROJECT, 'docs/architecture.md'), 'utf8');
const [, table] = /^## Rooms$([\s\S]*?)^Imports go/m.exec(page)!;
const firstCells = [...table!.matchAll(/^\| (`.*?) \| /gm)].map(([, cell]) => cell!);
const rooms = firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, room]) => room!));

/** What installing, building and running leave behind. */
const MADE = readFileSync(path.join(PROJECT, '.gitignore'), 'utf8').split('\n');
const foldersOf = (folder: string) =>
  readdirSync(path.join(PROJECT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => path.posix.join(folder, name));

it('every folder has its sentence, and each of core and app', () => {
  const there = [
    ...foldersOf('.').filter((folder) => !MADE.includes(`${folder}/`)),
    ...foldersOf('core'),
    ...foldersOf('app'),
  ];
  expect(there.length).toBeGreaterThan(30);
  const named = (folder: string) => rooms.some((room) => room === folder || room.startsWith(`${folder}/`));
  expect(there.filter((folder) => !named(folder))).toEqual([]);
});

it('every room that has a sentence is there, and has one only', () => {
  expect(rooms.filter((room) => !existsSync(path.join(PROJECT, room.replace('/<name>', ''))))).toEqual([]);
  expect(rooms).toEqual([...new Set(rooms)]);
});

it('letters and digits are folded in one place', () => {
  const elsewhere: Record<string, string> = {
    'node-red/flow-files/canonical.ts': 'names of files in git: what a rule of ours became would rename them',
    'simulator/llm-bodies.ts': 'stand-ins share no code with us',
  };
  const folders = '{core,app,adapters,channels,providers,shops,tools,stores,node-red,nodes,cli,simulator,web}';
  const files = globSync(`${folders}/**/*.ts`, { cwd: PROJECT, exclude: ['**/*.test.ts'] });
  const folding = files.filter((file) => /\.normalize\('NFK/.test(readFileSync(path.join(PROJECT, file), 'utf8')));
  expect(folding.sort()).toEqual(['core/text/fold.ts', ...Object.keys(elsewhere)]);
});
