import { expect, it } from 'vitest';
import { speechParts } from './parts.ts';

const parts = (text: string, limit = 20) => [...speechParts(text, limit)];

it('is cut between sentences, else between words, else anywhere, and never in half a letter', () => {
  expect(parts('Short.')).toEqual(['Short.']);
  expect(parts(' \n ')).toEqual([]);
  expect(parts('Twelve letters. And more of them. End')).toEqual(['Twelve letters.', 'And more of them.', 'End']);
  expect(parts('نعم. ما هو سعر باراسيتامول؟ شكرا')).toEqual(['نعم. ما هو سعر', 'باراسيتامول؟ شكرا']);
  expect(parts('words without any end of a sentence')).toEqual(['words without any', 'end of a sentence']);
  expect(parts('😀'.repeat(15), 9)).toEqual(['😀'.repeat(4), '😀'.repeat(4), '😀'.repeat(4), '😀'.repeat(3)]);
  expect(parts('half \ud83d a letter')).toEqual(['half \ufffd a letter']);
});
