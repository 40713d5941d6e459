import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { API_FILE } from '../core/api.ts';
import { STORE_FILE } from '../core/folders.ts';
import { findData, type Whereabouts } from './project.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'dragoman-where-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const at = (...parts: string[]) => path.join(base, ...parts);

function data(...parts: string[]): string {
  mkdirSync(at(...parts), { recursive: true });
  writeFileSync(at(...parts, STORE_FILE), '');
  return at(...parts);
}

const find = (more: Partial<Whereabouts> = {}) =>
  findData({
    root: at('red', 'node_modules', '@dragoman', 'node-red'),
    cwd: base,
    home: at('home'),
    environment: {},
    ...more,
  });

describe('a package in a Node-RED of its own', () => {
  it.each<[string, () => string, () => Partial<Whereabouts>]>([
    ['the user folder that the package lies in', () => data('red', 'dragoman'), () => ({})],
    ['the folder where the command is given', () => data('other', 'dragoman'), () => ({ cwd: at('other') })],
    [
      'the data folder itself, where that is',
      () => data('other', 'dragoman'),
      () => ({ cwd: at('other', 'dragoman') }),
    ],
    ['NODE_RED_HOME', () => data('nrh', 'dragoman'), () => ({ environment: { NODE_RED_HOME: at('nrh') } })],
    [
      'the home folder',
      () => data('home', '.node-red', 'dragoman'),
      () => ({ root: '/usr/lib/node_modules/@dragoman/node-red' }),
    ],
  ])('finds %s, and says so', (_what, make, where) => {
    const folder = make();
    expect(find(where())).toEqual({ folder, found: true });
  });

  it('takes one that runs without a store yet for data', () => {
    mkdirSync(at('home', '.node-red', 'dragoman'), { recursive: true });
    writeFileSync(at('home', '.node-red', 'dragoman', API_FILE), '{}');
    expect(find().folder).toBe(at('home', '.node-red', 'dragoman'));
  });

  it('looks here before it looks at home', () => {
    data('home', '.node-red', 'dragoman');
    const here = data('red', 'dragoman');
    expect(find().folder).toBe(here);
    expect(find({ cwd: at('red') }).folder).toBe(here);
  });

  it('never names a folder in node_modules where there is nothing', () => {
    expect(find()).toEqual({ folder: at('red', 'dragoman'), found: true });
  });
});

describe('what is named', () => {
  it('holds: a user folder by --user-dir, relative too, whatever lies elsewhere', () => {
    data('red', 'dragoman');
    const guest = data('mine', 'dragoman');
    expect(find({ userDir: at('mine') })).toEqual({ folder: guest, found: false });
    expect(find({ userDir: 'mine', environment: { DRAGOMAN_DATA: at('red', 'dragoman') } }).folder).toBe(guest);
    const own = data('own');
    expect(find({ userDir: own }).folder).toBe(own);
    expect(find({ userDir: at('empty') }).folder).toBe(at('empty', 'dragoman'));
  });

  it('holds: the environment', () => {
    data('red', 'dragoman');
    expect(find({ environment: { DRAGOMAN_DATA: at('else') } })).toEqual({ folder: at('else'), found: false });
  });
});

describe('a checkout', () => {
  it('has its own folder, whatever is at home', () => {
    data('home', '.node-red', 'dragoman');
    expect(find({ root: at('checkout'), cwd: at('checkout') })).toEqual({
      folder: at('checkout', '.data'),
      found: false,
    });
  });

  it('that is linked into a user folder finds that one from there, and says so', () => {
    data('checkout', '.data');
    const guest = data('red', 'dragoman');
    expect(find({ root: at('checkout'), cwd: at('red') })).toEqual({ folder: guest, found: true });
  });
});
