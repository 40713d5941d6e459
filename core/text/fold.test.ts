import { describe, expect, it } from 'vitest';
import { fold, oneForm, westernDigits } from './fold.ts';
import { foldPlaces } from './places.ts';

describe('fold', () => {
  it.each([
    ['STOP, it-is; OK?', 'stop, it-is; ok?'],
    ['Ünïcödé Straße Łódź', 'unicode strasse lodz'],
    ['ＳＴＯＰ ﬁn ①', 'stop fin 1'],
    ['Ёжик Й', 'ежик и'],
    ['كتابُ مدرسة إلغاء ـــ ى', 'کتاب مدرسه الغاء  ی'],
    ['۱۲۳ ٤٥٦ ७८९', '123 456 789'],
    ['st\u00adop', 'stop'],
  ])('%s', (text, folded) => {
    expect(fold(text, 'keep')).toBe(folded);
    expect(fold(folded, 'keep')).toBe(folded);
  });

  it('keeps or drops what cannot be seen', () => {
    expect(fold('می\u200cشود', 'keep')).toBe('می\u200cشود');
    expect(fold('s\u200bt\u2060o\ufeffp', 'drop')).toBe('stop');
  });
});

it('gives wide, circled and joined letters one form, and leaves case, accents and what is hidden', () => {
  expect(oneForm('［ＰＨＯＮＥ＿①］ ﬁn é\u200b')).toBe('[PHONE_1] fin é\u200b');
  expect(oneForm('e\u0301')).toBe('é');
});

it('reads the digits of every script', () => {
  expect(westernDigits('a0९٩۹９𝟗-')).toBe('a09999' + '9-');
});

describe('foldPlaces', () => {
  const folded = foldPlaces('a\u200b1%20b', /\u200b|%20/g, (found) => (found === '%20' ? ' ' : ''));

  it('leads back to the original', () => {
    expect(folded.text).toBe('a1 b');
    expect(folded.source(1, 3)).toEqual({ start: 2, end: 6 });
    expect(folded.source(4, 4)).toEqual({ start: 7, end: 7 });
  });

  it('leaves a text in which nothing is found alone', () => {
    expect(foldPlaces('abc', /x/g, () => 'y').source(1, 2)).toEqual({ start: 1, end: 2 });
  });
});
