import { describe, expect, it } from 'vitest';
import type { ParsedMessage } from '../ports.ts';
import { ownConsent, readWords } from './own-words.ts';

const words = { out: readWords('Ni una más, 退订,\n toxta ', 'OUT'), in: readWords('vuelve', 'IN') };
const says = (text: string, more: Partial<ParsedMessage> = {}) => ownConsent({ text, ...more } as ParsedMessage, words);

describe('an account’s own words', () => {
  it.each([
    ['ni una mas!', 'out'],
    ['NI UNA MÁS, por favor', 'out'],
    ['退订', 'out'],
    ['/toxta', 'out'],
    ['«Vuelve»', 'in'],
    ['ni una más pizza', undefined],
    ['toxtamang', undefined],
    ['stop', undefined],
    ['', undefined],
  ])('"%s" is %s', (text, consent) => expect(says(text)).toBe(consent));

  it('count on a template’s button, and not on one that a flow offered', () => {
    const choice = { id: 'x', title: 'Toxta' };
    expect(says('Toxta', { choice, template: true })).toBe('out');
    expect(says('Toxta', { choice })).toBeUndefined();
  });

  it.each(['!!!', 'x'.repeat(61), Array(201).fill('a').join()])('are not read from %s', (text) => {
    expect(() => readWords(text, 'OPT_OUT_WORDS')).toThrow(/words? of consent/);
  });

  it('are none where nothing is set', () => expect(readWords(' , ', 'OUT').size).toBe(0));
});
