import { expect, it } from 'vitest';
import { excerptOf, isFoundBy, look, pageOf, soughtIn, wordsOf } from './search.ts';

const isFound = (text: string, sought: string) => isFoundBy(wordsOf(text), soughtIn(sought));

it('finds words by their beginnings, however their letters are written', () => {
  expect(isFound('¿Cuándo vienen a la calle Sagasta?', 'SAGAS cuando')).toBe(true);
  expect(isFound('سفارش من كجاست؟', 'کجا')).toBe(true);
  expect(isFound('Мой заказ ещё едет', 'заказ')).toBe(true);
  expect(isFound('Order ٤٢', '42')).toBe(true);
  expect(isFound('Wi-Fi is slow', 'wifi')).toBe(true);
  expect(isFound('Sagasta', 'agasta')).toBe(false);
  expect(isFound('One word', 'one two')).toBe(false);
});

it('takes one letter for a word, and what has no letter for nothing', () => {
  expect([isFound('and b', 'a'), isFound('plan b', 'b')]).toEqual([false, true]);
  expect([soughtIn(' ?! '), isFound('anything', '?!')]).toEqual([[], false]);
});

it('holds no more of a text than is bounded', () => {
  const long = Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(' ');
  expect(wordsOf(long)).toHaveLength(400);
  expect(wordsOf('x'.repeat(9_000))).toEqual(['x'.repeat(40)]);
  expect(isFound(`https://shop.example/${'k'.repeat(90)}`, 'k'.repeat(60))).toBe(true);
});

it('shows the words where they stand', () => {
  expect(excerptOf(' short\ntext ', ['text'])).toBe('short text');
  const long = `${'before it '.repeat(40)}Sagasta 12${' and after'.repeat(40)}`;
  const excerpt = excerptOf(long, soughtIn('sagas'));
  expect(excerpt).toMatch(/^…(before|it) .*Sagasta 12 .*…$/);
  expect(excerpt.length).toBeLessThanOrEqual(162);
  expect(excerptOf(long, ['nowhere']).startsWith('before it')).toBe(true);
  expect(excerptOf(`${'🦜'.repeat(300)}`, []).isWellFormed()).toBe(true);
});

it('makes one page of what was said and of names, and loses nothing between two', () => {
  const hit = (conversationId: string, seq: number) => ({ conversationId, seq });
  const said = [hit('a', 9), hit('a', 8), hit('b', 7), hit('c', 3)];
  const named = [hit('d', 8), hit('b', 7), hit('e', 2)];
  const page = (before: number) => {
    const older = ({ seq }: { seq: number }) => seq < before;
    return pageOf(look(said.filter(older), 2, 99), look(named.filter(older), 2, 99), 2);
  };
  const first = page(99);
  expect(first.hits).toEqual([hit('a', 9), hit('d', 8)]);
  const second = page(first.next!);
  expect(second.hits).toEqual([hit('b', 7), hit('c', 3)]);
  const third = page(second.next!);
  expect([third.hits, third.next]).toEqual([[hit('e', 2)], null]);
});

it('looks at no more than it may, and says where it stopped', () => {
  const many = Array.from({ length: 100 }, (_, index) => ({ conversationId: 'a', seq: 100 - index }));
  expect(look(many, 5, 10)).toEqual({ hits: [many[0]], end: 91 });
  expect(pageOf(look(many, 5, 10), look([], 5, 10), 5)).toEqual({ hits: [many[0]], next: 91 });
});
