/** docs/architecture.md names every room that there is, and none that is not. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
