import { expect, it } from 'vitest';
import { createVocabulary } from './vocabulary.ts';

function vocabularyOf(words: Record<string, number>) {
  const vocabulary = createVocabulary();
  for (const [word, passages] of Object.entries(words)) vocabulary.add(word, passages);
  return vocabulary;
}

const formsOf = (vocabulary: ReturnType<typeof createVocabulary>, word: string) =>
  vocabulary.forms(word).map((form) => form.word);

it('knows the forms of a word, the most alike first', () => {
  const vocabulary = vocabularyOf({ internet: 9, internets: 1, interno: 2, بطاقه: 1, router: 3, int: 1, porque: 4 });
  expect(vocabulary.forms('internet')[0]).toEqual({ word: 'internet', likeness: 1, documents: 9 });
  expect(formsOf(vocabulary, 'internet')).toEqual(['internet', 'internets', 'interno']);
  // Three letters begin many words, and a stop word is no form of anything.
  expect(formsOf(vocabulary, 'porqueria')).toEqual([]);
  expect(formsOf(vocabulary, 'internt')).toContain('internet');
  expect(formsOf(vocabulary, 'nternet')).toContain('internet');
  expect(formsOf(vocabulary, 'بالبطاقه')).toEqual(['بطاقه']);
  expect(formsOf(vocabulary, 'zebra')).toEqual([]);
});

it('takes numbers and codes as they are written', () => {
  const vocabulary = vocabularyOf({ 451: 2, 4512: 1, [`${'x'.repeat(60)}`]: 1 });
  expect(formsOf(vocabulary, '451')).toEqual(['451']);
  expect(formsOf(vocabulary, 'x'.repeat(60))).toEqual(['x'.repeat(60)]);
  expect(formsOf(vocabulary, 'x'.repeat(59))).toEqual([]);
  expect(vocabulary.having(vocabulary.pieces('451')[0]!)).toBe(2);
});

it('forgets words that no passage has any more, and counts pieces', () => {
  const vocabulary = vocabularyOf({ factura: 2, facturas: 3 });
  expect(vocabulary.having('fac')).toBe(5);
  vocabulary.add('facturas', -3);
  expect(vocabulary.having('fac')).toBe(2);
  expect(formsOf(vocabulary, 'facturas')).toEqual(['factura']);
  vocabulary.add('facturas', 1);
  expect(formsOf(vocabulary, 'facturas')).toEqual(['facturas', 'factura']);
});
