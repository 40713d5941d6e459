import { expect, it } from 'vitest';
import type { Media } from '../model.ts';
import { toldOf } from './media.ts';
import { questionOf } from './prompt.ts';
import { textIn } from './texts.ts';

it.each<[Media, string]>([
  [{ kind: 'image', ref: 'AgAC', mime: 'image/jpeg' }, '[photo]'],
  [{ kind: 'voice' }, '[voice message]'],
  [{ kind: 'sticker' }, '[sticker]'],
  [{ kind: 'video', name: 'clip.mp4' }, '[video "clip.mp4"]'],
  [{ kind: 'document', name: 'prices "2026"].pdf\n\u202e' }, '[document "prices 2026 .pdf"]'],
  [{ kind: 'contact', data: { phone_number: '600112233', first_name: 'Eva' } }, '[contact card]'],
  [{ kind: 'location', data: { latitude: 40.415363, longitude: -3.707398 } }, '[location near 40.42, -3.71]'],
  [
    { kind: 'location', data: { latitude: '1.5', longitude: '2', name: 'Plaza Mayor', address: 'Madrid' } },
    '[location "Plaza Mayor", "Madrid", near 1.50, 2.00]',
  ],
  [{ kind: 'location', data: { venue: { title: 'Bar' } } }, '[location "Bar"]'],
  [{ kind: 'location' }, '[location]'],
])('%o is told as %s', (media, told) => {
  expect(toldOf(media)).toBe(told);
});

it('a question is never empty', () => {
  expect(questionOf([{ kind: 'image' }, { kind: 'voice' }], '')).toBe('[photo] [voice message]');
  expect(questionOf([{ kind: 'voice' }], ' how much? ')).toBe('[voice message] how much?');
  expect(questionOf([], ' ')).toBe('[a message without words]');
});

it('what can be read here is said in every language that we have', () => {
  const texts = ['ar', 'en', 'es', 'fa', 'it', 'ru'].map((language) => textIn(language, 'wordsOnly'));
  expect(new Set(texts).size).toBe(6);
});
