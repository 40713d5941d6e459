import { expect, it } from 'vitest';
import { grants, PERMISSIONS } from './permissions.ts';

it.each([
  ['*', [true, true, true]],
  [
    ['flows.read', '*'],
    [true, true, true],
  ],
  ['dragoman.manage', [true, true, true]],
  [
    ['dragoman.reply', 'flows.read'],
    [true, true, false],
  ],
  ['dragoman.read', [true, false, false]],
  ['read', [true, false, false]],
  ['*.read', [true, false, false]],
  ['write', [false, false, false]],
  ['dragoman.write', [false, false, false]],
  ['dragoman', [false, false, false]],
  ['dragoman.*', [false, false, false]],
  [
    ['flows.read', 'flows.write'],
    [false, false, false],
  ],
  [[], [false, false, false]],
  [undefined, [false, false, false]],
  [null, [false, false, false]],
  [{ manage: true }, [false, false, false]],
  [[['dragoman.reply']], [true, true, false]],
])('%j may read, reply, manage: %j', (granted, may) => {
  expect(PERMISSIONS.map((one) => grants(granted, one))).toEqual(may);
});
