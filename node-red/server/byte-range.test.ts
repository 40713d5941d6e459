import { expect, it } from 'vitest';
import { type Part, partOf } from './byte-range.ts';

it.each<[range: string | undefined, size: number, part: Part]>([
  [undefined, 100, 'all'],
  ['', 100, 'all'],
  ['bytes=0-', 100, { from: 0, to: 99 }],
  ['bytes=10-19', 100, { from: 10, to: 19 }],
  ['bytes=0-0', 100, { from: 0, to: 0 }],
  ['bytes=90-1000', 100, { from: 90, to: 99 }],
  ['bytes=-10', 100, { from: 90, to: 99 }],
  ['bytes=-1000', 100, { from: 0, to: 99 }],
  ['bytes=100-', 100, 'none'],
  ['bytes=100-200', 100, 'none'],
  ['bytes=-0', 100, 'none'],
  ['bytes=0-', 0, 'none'],
  ['bytes=-5', 0, 'none'],
  // What cannot be understood is not there.
  ['bytes=20-10', 100, 'all'],
  ['bytes=0-1,5-6', 100, 'all'],
  ['bytes=-', 100, 'all'],
  ['bytes=a-b', 100, 'all'],
  ['lines=0-1', 100, 'all'],
  ['bytes=0-99999999999999999999', 100, 'all'],
])('%s of %d', (range, size, part) => {
  expect(partOf(range, size)).toEqual(part);
});
