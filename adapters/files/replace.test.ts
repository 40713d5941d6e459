import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFiles } from './replace.ts';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'replace-')), 'inner');
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

const replace = (files: Record<string, string>) =>
  replaceFiles(folder, new Map(Object.entries(files)), (name) => name.endsWith('.csv'));
const there = () =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );

it('writes what is new or changed, removes what is gone, and touches nothing else', async () => {
  expect(await replace({ 'a.csv': '1', 'b.csv': '2' })).toEqual({ written: ['a.csv', 'b.csv'], removed: [] });
  writeFileSync(path.join(folder, 'mine.md'), 'x');
  const { ino, mtimeMs } = statSync(path.join(folder, 'a.csv'));
  expect(await replace({ 'a.csv': '1', 'c.csv': '3' })).toEqual({ written: ['c.csv'], removed: ['b.csv'] });
  expect(statSync(path.join(folder, 'a.csv'))).toMatchObject({ ino, mtimeMs });
  expect(there()).toEqual({ 'a.csv': '1', 'c.csv': '3', 'mine.md': 'x' });
});

it('leaves every old file where a new one cannot be written, and mends it in the next run', async () => {
  await replace({ 'a.csv': '1', 'b.csv': '2' });
  // A folder in the place of what is to be written is a disk that refuses it.
  mkdirSync(path.join(folder, '.b.csv.new'));
  await expect(replace({ 'a.csv': 'new', 'b.csv': 'new' })).rejects.toThrow(/EISDIR/);
  rmSync(path.join(folder, '.b.csv.new'), { recursive: true });
  expect(there()).toEqual({ '.a.csv.new': 'new', 'a.csv': '1', 'b.csv': '2' });
  expect(await replace({ 'b.csv': 'new' })).toEqual({ written: ['b.csv'], removed: ['a.csv'] });
  expect(there()).toEqual({ 'b.csv': 'new' });
});

it('rejects where it may not write at all', async () => {
  await replace({ 'a.csv': '1' });
  writeFileSync(path.join(path.dirname(folder), 'file'), '');
  await expect(
    replaceFiles(path.join(path.dirname(folder), 'file', 'x'), new Map([['a.csv', '1']]), () => false),
  ).rejects.toThrow(/ENOTDIR/);
});
