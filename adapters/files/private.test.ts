import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepPrivate } from './private.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'private-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (...place: string[]) => statSync(path.join(folder, ...place)).mode & 0o777;

/** As an earlier version, or Node-RED, left it. */
function make(name: string, rights: number): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), 'x');
  chmodSync(path.join(folder, name), rights);
}

it('makes what is missing for this user only', () => {
  keepPrivate(path.join(folder, 'a', 'b'), ['x.db', 'y.db']);
  expect(mode('a', 'b')).toBe(0o700);
  expect(readdirSync(path.join(folder, 'a', 'b'))).toEqual(['x.db', 'y.db']);
  expect([mode('a', 'b', 'x.db'), mode('a', 'b', 'y.db')]).toEqual([0o600, 0o600]);
});

it('takes from a folder that is there what others may do in it, hidden files and folders in folders too', () => {
  const names = [
    '.sessions.json',
    'flows_cred.json',
    '.flows_cred.json.backup',
    '.config.users.json',
    'knowledge.db',
    'lib/flows/one.json',
    'recordings/one.wav',
  ];
  for (const name of names) make(name, 0o664);
  make('tools/run.sh', 0o775);
  make('.locked', 0o440);
  chmodSync(folder, 0o777);
  keepPrivate(folder, ['knowledge.db']);
  expect(names.map((name) => [name, mode(name)])).toEqual(names.map((name) => [name, 0o600]));
  expect([mode(), mode('lib'), mode('lib', 'flows'), mode('tools')]).toEqual([0o700, 0o700, 0o700, 0o700]);
  expect([mode('tools', 'run.sh'), mode('.locked')]).toEqual([0o700, 0o400]);
  keepPrivate(folder);
  expect(mode('.sessions.json')).toBe(0o600);
});

it('leaves others’ folders, installed packages, and what links lead to, as they are', () => {
  make('node_modules/package/index.js', 0o644);
  make('tools/node_modules/package/index.js', 0o644);
  make('shared/file', 0o644);
  mkdirSync(path.join(folder, 'data'));
  symlinkSync(path.join(folder, 'shared'), path.join(folder, 'data', 'link'));
  symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'data', 'broken'));
  keepPrivate(path.join(folder, 'data'));
  keepPrivate(folder, []);
  for (const name of ['node_modules/package/index.js', 'tools/node_modules/package/index.js', 'shared/file'])
    expect(mode(name), name).toBe(0o644);
});
