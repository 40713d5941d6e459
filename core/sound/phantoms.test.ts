import { expect, it } from 'vitest';
import { spokenPart } from './phantoms.ts';

it.each([
  'Thanks for watching!',
  ' thank you for watching. Thank you for watching. ',
  'ترجمة نانسي قنقر',
  'تَرجَمة نانسي قنقر.',
  'Продолжение следует...',
  'Subtítulos realizados por la comunidad de Amara.org',
  'Sottotitoli creati dalla comunità Amara.org',
  'you',
  '[BLANK_AUDIO]',
  '(music) ♪♪ *sighs*',
  '... ! …',
  '',
])('nobody said %j', (text) => {
  expect(spokenPart(text)).toBe('');
});

it.each([
  'Thank you.',
  'Thanks for watching the shop, I want five boxes of paracetamol.',
  'You are late.',
  'Продолжение следует завтра',
  'عايز 5 علب باراسيتامول 500',
  'Gracias por verme hoy',
  '(two) boxes',
])('somebody said %j', (text) => {
  expect(spokenPart(` ${text} `)).toBe(text);
});

it('does not take the hints that a transcriber says back for words', () => {
  const hints = ['Paracetamol', 'Ibuprofen'];
  expect(spokenPart('Paracetamol, Ibuprofen.', hints)).toBe('');
  expect(spokenPart('Paracetamol', hints)).toBe('Paracetamol');
  expect(spokenPart('Paracetamol.', ['Paracetamol'])).toBe('Paracetamol.');
});
