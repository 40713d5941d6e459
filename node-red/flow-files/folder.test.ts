import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences, fillOnce, readTexts, removeTemporaries, writeTexts } from './folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'flow-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
const get = (name: string): string => readFileSync(path.join(root, name), 'utf8');

describe('writing', () => {
  it('writes what is new, leaves alone what is the same and removes what is gone', async () => {
    put('same.json', 'same');
    put('old.json', 'old');
    put('notes.md', 'mine');
    const before = statSync(path.join(root, 'same.json'));
    const from = await readTexts(root);
    const to = new Map([
      ['same.json', 'same'],
      ['new.json', 'new'],
    ]);
    expect(await writeTexts(root, from, to)).toEqual(to);
    expect(readdirSync(root).sort()).toEqual(['new.json', 'notes.md', 'same.json']);
    const after = statSync(path.join(root, 'same.json'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('takes a checkout with other line ends for the same', async () => {
    put('a.json', '[\r\n]\r\n');
    const from = await readTexts(root);
    const now = await writeTexts(root, from, new Map([['a.json', '[\n]\n']]));
    expect(get('a.json')).toBe('[\r\n]\r\n');
    expect(differences(now, await readTexts(root))).toEqual([]);
  });

  it('changes no file when one of them cannot be written', async () => {
    put('a.json', 'old');
    mkdirSync(path.join(root, '.b.json.tmp'));
    const to = new Map([
      ['a.json', 'new'],
      ['b.json', 'new'],
    ]);
    await expect(writeTexts(root, await readTexts(root), to)).rejects.toThrow();
    expect(get('a.json')).toBe('old');
    expect(readdirSync(root)).not.toContain('.a.json.tmp');
  });

  it('clears away what a crash left, and nothing else', async () => {
    put('.a.json.tmp', 'half');
    put('a.json', '[]');
    put('.hidden.json', '{}');
    await removeTemporaries(root);
    expect(readdirSync(root).sort()).toEqual(['.hidden.json', 'a.json']);
  });
});

it('tells which files differ', () => {
  const a = new Map([
    ['same', '1'],
    ['changed', '1'],
    ['gone', '1'],
  ]);
  const b = new Map([
    ['same', '1'],
    ['changed', '2'],
    ['new', '1'],
  ]);
  expect(differences(a, b)).toEqual(['changed', 'gone', 'new']);
});

describe('filling a folder of one’s own', () => {
  const own = (): string => path.join(root, 'data', 'flows');
  const shipped = (): string => path.join(root, 'shipped');
  beforeEach(() => {
    mkdirSync(shipped());
    put('shipped/a.json', '["a"]');
    put('shipped/order.json', '[]');
  });

  it('copies the shipped flows once; an upgrade overwrites nothing and brings nothing back', () => {
    expect(fillOnce(shipped(), own())).toBe(true);
    expect(readdirSync(own()).sort()).toEqual(['a.json', 'order.json']);
    put('data/flows/a.json', '["mine"]');
    rmSync(path.join(own(), 'order.json'));
    put('shipped/b.json', '["b"]');
    expect(fillOnce(shipped(), own())).toBe(false);
    expect(readdirSync(own())).toEqual(['a.json']);
    expect(get('data/flows/a.json')).toBe('["mine"]');
  });

  it('fills an empty folder that is not to be replaced, such as a volume', () => {
    mkdirSync(own(), { recursive: true });
    writeFileSync(path.join(own(), 'README.md'), 'mine');
    const { ino } = statSync(own());
    expect(fillOnce(shipped(), own())).toBe(true);
    expect(statSync(own()).ino).toBe(ino);
    expect(readdirSync(own()).sort()).toEqual(['README.md', 'a.json', 'order.json']);
  });

  it('finishes a copy that was cut short', () => {
    mkdirSync(path.join(own(), '.filling'), { recursive: true });
    put('data/flows/a.json', '["a"]');
    expect(fillOnce(shipped(), own())).toBe(true);
    expect(readdirSync(own()).sort()).toEqual(['a.json', 'order.json']);
  });

  it('does nothing to the project’s own folder', () => {
    rmSync(path.join(shipped(), 'a.json'));
    chmodSync(shipped(), 0o555);
    expect(fillOnce(shipped(), shipped())).toBe(false);
    expect(readdirSync(shipped())).toEqual(['order.json']);
  });
});
