import { describe, expect, it } from 'vitest';
import { directions, isReadable, isRtl, numberOf, plainLetters, readLine } from './letters.ts';

const mirror: Record<string, string> = { '(': ')', ')': '(' };
/** Turned around, letter by letter, but numbers and what is in braces, which are seen as they are read. */
const seen = (text: string) =>
  (text.match(/\{[^{}]*\}|[^{}]/gu) ?? [])
    .reverse()
    .map((piece) => (piece.length > 1 ? piece.slice(1, -1) : (mirror[piece] ?? piece)));
const units = (pieces: string[]) => pieces.flatMap((piece) => [...piece]);

describe('lines from right to left', () => {
  it.each([
    'راهنمای مشتری',
    'التوصيل مجاني فوق {50} يورو (في مدريد فقط).',
    'از ساعت {۹} تا {۱۸} باز است',
    'السعر {7.50} ريال، أي {1,234.50} في السنة',
    'شماره +{34} {600} {112} {233} تماس بگیرید',
    'في {12/05/2026} الساعة {10:30}',
    'هاتف {Samsung Galaxy S24} الجديد',
    'اكتب إلى {info@example.com} الآن',
    'باقة {Turbo 300} بسعر {39} €',
    '{5} €',
    '{24} ساعة',
    'هاتف {Galaxy (S24)} جديد',
  ])('%s', (text) => {
    expect(readLine(units(seen(text)), true)).toBe(text.replace(/[{}]/g, ''));
  });

  it('with brackets as they are meant, not as they are seen', () => {
    const plain = 'مجاني (في مدريد) فقط';
    expect(readLine([...plain].reverse(), true)).toBe(plain);
  });

  it('of numbers alone, with what belongs to them', () => {
    for (const number of ['-5%', '+34', '1.234,50', '91-123-456', '10/12'])
      expect(readLine([...number], true)).toBe(number);
  });

  it('with signs that stand for several letters', () => {
    expect(readLine(['م', 'لا', 'س'], true)).toBe('سلام');
  });
});

describe('lines from left to right', () => {
  it.each([
    ['English with ', 'العربية الجديدة', ' inside and 123.'],
    ['El plan ', 'عربي', ', 39 €'],
  ])('%s%s%s', (before, arabic, after) => {
    expect(readLine([...before, ...[...arabic].reverse(), ...after], false)).toBe(before + arabic + after);
  });
});

it('tells the direction by the letters, and by the page where there are none', () => {
  expect(directions('abc سلام 12')).toEqual({ rtl: 4, ltr: 3 });
  expect([isRtl('5 €', 'rtl'), isRtl('5 €', 'ltr'), isRtl('Wi-Fi للجميع', 'ltr')]).toEqual([true, false, true]);
  expect([isRtl('Galaxy Ultra Pro Max 5 گوشی', 'rtl'), isRtl('The word سلام in a text', 'ltr')]).toEqual([true, false]);
});

it('writes letters as people do', () => {
  expect(plainLetters('ﺳﻼم ﻻ ﭘﯿﺎم')).toBe('سلام لا پیام');
  expect(plainLetters('oﬃce ﬁn 4 m² ½ ™ \uf0b7')).toBe('office fin 4 m² ½ ™ •');
  expect(plainLetters('ســلام \u200fabc\u0003 می‌شود')).toBe('سلام abc می‌شود');
  expect(plainLetters('م\ufc60ن')).toBe('م\u064e\u0651ن');
});

it('reads numbers of all scripts', () => {
  expect([numberOf(' ۱۲ '), numberOf('7'), numberOf('7a'), numberOf('')]).toEqual([12, 7, undefined, undefined]);
});

it('tells words from what a font gives that does not say what it draws', () => {
  expect(isReadable([...'Precios: 10,50 € … 20,00 € '.repeat(5)])).toBe(true);
  expect(isReadable([...`Índice ${'.'.repeat(200)} 7`])).toBe(true);
  expect(isReadable([...'! " # $ % & + * a '.repeat(10)])).toBe(false);
  expect(isReadable([...'\ue001\ue002\ue003 '.repeat(30)])).toBe(false);
});
