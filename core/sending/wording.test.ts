import { expect, it } from 'vitest';
import { wordingOf } from './wording.ts';

const of = (...texts: string[]) =>
  wordingOf(texts.map((text) => ({ request: { method: 'sendText', body: { text } } })));

it.each([
  ['case and punctuation', 'Thank you! Your order comes.', 'thank you — your ORDER comes'],
  ['emoji', 'Thank you 🎉', 'Thank you 🙏🏽'],
  ['spaces and lines', 'Thank you.\nIt comes.', 'Thank you.   It comes.'],
  ['accents', 'Su pedido llegó', 'Su pedido llego'],
  ['what cannot be seen', 'Thank you', 'Tha\u200bnk you\u200d'],
  ['letters of Arabic', 'شكراً لطلبك', 'شكرا لطلبك'],
])('is the same for texts that differ in %s', (_what, one, other) => {
  expect(of(one)).toBe(of(other));
});

it.each([
  ['a name', 'Hello Ivan! Thank you.', 'Hello Anna! Thank you.'],
  ['a number', 'Your order A-1 comes.', 'Your order A-2 comes.'],
  ['a word', 'Your order comes.', 'Your order came.'],
])('is another for texts that differ in %s', (_what, one, other) => {
  expect(of(one)).not.toBe(of(other));
});

it('tells parts apart, and looks at what is shown beside the text', () => {
  expect(of('one two')).not.toBe(of('one', 'two'));
  const file = (url: string) =>
    wordingOf([{ request: { method: 'sendImage', body: { file: { url }, caption: 'Look' } } }]);
  expect(file('https://shop.example/a.png')).not.toBe(file('https://shop.example/b.png'));
});

it('holds none of its words', () => {
  expect(of('Aigerim')).toMatch(/^[\w-]{43}$/);
});
