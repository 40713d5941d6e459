import { expect, it } from 'vitest';
import { diffWords } from './diff.ts';

const shown = (before: string, after: string) =>
  diffWords(before, after).map(({ text, kind }) => `${{ same: ' ', gone: '-', new: '+' }[kind]}${text}`);

it('tells what was taken away and what was added, in the order of the words', () => {
  expect(shown('We open at nine today.', 'We open at ten today.')).toEqual([
    ' We open at ',
    '-nine ',
    '+ten ',
    ' today.',
  ]);
  expect(shown('Hello', 'Hello')).toEqual([' Hello']);
  expect(shown('', 'New words')).toEqual(['+New words']);
  expect(shown('Old words', '')).toEqual(['-Old words']);
});

it('gives both texts back', () => {
  const [before, after] = ['One two  three\nfour five', 'One 2 three\nfour, five six'];
  const pieces = diffWords(before, after);
  const of = (kind: string) => pieces.filter((piece) => piece.kind === 'same' || piece.kind === kind);
  const joined = (some: typeof pieces) => some.map(({ text }) => text).join('');
  expect([joined(of('gone')), joined(of('new'))]).toEqual([before, after]);
});

it('shows very long texts whole', () => {
  expect(diffWords('a '.repeat(1_000), 'b').map(({ kind }) => kind)).toEqual(['gone', 'new']);
});
