import { expect, it } from 'vitest';
import { hintsFrom, withFound } from './hints.ts';

it('has the account’s names first, then what was found last, each once', () => {
  const found = withFound(withFound([], ['Aspirin 75 mg', 'Delivery']), ['Ibuprofen 400 mg', 'Delivery']);
  expect(hintsFrom(' باراسيتامول، Nahr,, ', found)).toEqual([
    ...['باراسيتامول', 'Nahr'],
    ...['Ibuprofen 400 mg', 'Delivery', 'Aspirin 75 mg'],
  ]);
});

it('forgets what was found four turns ago, and a turn that finds nothing changes nothing', () => {
  const found = ['a', 'b', '', 'c', 'd'].reduce<string[][]>((all, name) => withFound(all, name ? [name] : []), []);
  expect(hintsFrom('', found)).toEqual(['d', 'c', 'b']);
});

it('has four hundred letters of titles at most', () => {
  const titles = ['x'.repeat(150), 'y'.repeat(150), 'z'.repeat(150), 'short'];
  expect(hintsFrom('own', [titles])).toEqual(['own', titles[0], titles[1]]);
});
