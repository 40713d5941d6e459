import { describe, expect, it } from 'vitest';
import { shorten, split } from './text.ts';

describe('split', () => {
  it('leaves what fits as it is and drops what is blank', () => {
    expect(split(' one two ', 10)).toEqual(['one two']);
    expect(split(' \n ', 10)).toEqual([]);
  });

  it('cuts at a blank line, else a line, a sentence, a word', () => {
    expect(split('aaaa aaaa\n\nbb\nbb', 14)).toEqual(['aaaa aaaa', 'bb\nbb']);
    expect(split('aaaa aaaa\nbb bb', 13)).toEqual(['aaaa aaaa', 'bb bb']);
    expect(split('Aaaa aaaa. Bb bbb', 14)).toEqual(['Aaaa aaaa.', 'Bb bbb']);
    expect(split('aaaa aaaa bbbb', 11)).toEqual(['aaaa aaaa', 'bbbb']);
  });

  it('counts bytes where the platform does', () => {
    const pieces = split('я'.repeat(1_500), 1_000, 'bytes');
    expect(pieces.map((piece) => Buffer.byteLength(piece))).toEqual([1_000, 1_000, 1_000]);
  });

  it('keeps families, flags and marked letters whole', () => {
    expect(split('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 12)).toEqual(['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']);
    expect(split('🇮🇷🇪🇸', 6)).toEqual(['🇮🇷', '🇪🇸']);
    expect(split('éé'.normalize('NFD'), 3)).toEqual(['é'.normalize('NFD'), 'é'.normalize('NFD')]);
  });

  it('breaks a letter only where it alone is longer than the limit, and never a surrogate pair', () => {
    const pieces = split(`😀${'\u0301'.repeat(20)}`, 5);
    expect(pieces.every((piece) => piece.length <= 5 && piece.isWellFormed())).toBe(true);
    expect(pieces.join('')).toBe(`😀${'\u0301'.repeat(20)}`);
  });
});

it('shortens with room for what it puts at the end', () => {
  expect(shorten('Fibra 600', 20, 'utf16', '…')).toBe('Fibra 600');
  expect(shorten('Fibra de 600 Mbps en casa', 20, 'utf16', '…')).toBe('Fibra de 600 Mbps e…');
  expect(shorten('ййй', 5, 'bytes')).toBe('йй');
});
