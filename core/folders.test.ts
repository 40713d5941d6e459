import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf } from './folders.ts';

it('takes a default from the project and a given name from where the command was given', () => {
  expect(folderOf('flows', '/srv/bot', {})).toBe(path.resolve('/srv/bot/flows'));
  expect(folderOf('data', '/srv/bot', {})).toBe(path.resolve('/srv/bot/.data'));
  expect(folderOf('flows', '/srv/bot', { DRAGOMAN_FLOWS: 'mine' })).toBe(path.resolve('mine'));
  expect(folderOf('data', '/srv/bot', { DRAGOMAN_DATA: '/data' })).toBe(path.resolve('/data'));
});
