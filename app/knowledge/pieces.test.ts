import { expect, it } from 'vitest';
import { piecesOf } from './pieces.ts';

const hits = (text: string, ...words: string[]) => {
  const pieces = piecesOf(text, new Set(words));
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  return pieces.flatMap((piece) => (piece.hit ? piece.text : []));
};

it('sets words apart however they are written, and loses nothing between them', () => {
  expect(hits('Réinicia el Router, por favor.', 'router', 'reinicia')).toEqual(['Réinicia', 'Router']);
  expect(hits('Your Wi-Fi is off', 'wifi')).toEqual(['Wi-Fi']);
  expect(hits('Есть ёлка и елки', 'елка')).toEqual(['ёлка']);
  expect(hits('nothing here', 'router')).toEqual([]);
  expect(hits('', 'router')).toEqual([]);
  expect(hits('router', 'router')).toEqual(['router']);
});
