import { describe, expect, it } from 'vitest';
import { loadSpeller } from './number-words.ts';

describe('loadSpeller', () => {
  it.each([
    ['en', [21, 105, 2_026], ['twenty-one', 'one hundred five', 'two thousand twenty-six']],
    ['es', [16, 21_000, 31_000, 500], ['dieciséis', 'veintiún mil', 'treinta y un mil', 'quinientos']],
    ['it', [23, 1_000, 2_026], ['ventitré', 'mille', 'duemilaventisei']],
    ['ru', [1_200, 21_000, 2], ['тысяча двести', 'двадцать одна тысяча', 'два']],
    ['ar', [5, 200_000, 1_203], ['خمسة', 'مئتا ألف', 'ألف ومئتان وثلاثة']],
    ['fa', [300, 405, 1_001, 12_345], ['سیصد', 'چهارصد و پنج', 'هزار و یک', 'دوازده هزار و سیصد و چهل و پنج']],
  ])('%s', async (language, values, words) => {
    const speller = (await loadSpeller(language))!;
    expect(values.map((value) => speller.cardinal(value, false))).toEqual(words);
  });

  it.each([
    ['es', [1, 21, 200], ['una', 'veintiuna', 'doscientas']],
    ['ru', [1, 2, 22], ['одна', 'две', 'двадцать две']],
    ['ar', [5, 11, 5_003, 3_000], ['خمس', 'إحدى عشرة', 'خمسة آلاف وثلاث', 'ثلاثة آلاف']],
  ])('%s, of what is feminine', async (language, values, words) => {
    const speller = (await loadSpeller(language))!;
    expect(values.map((value) => speller.cardinal(value, true))).toEqual(words);
  });

  it('counts by order too', async () => {
    expect((await loadSpeller('ru'))!.ordinal(2_026)).toBe('две тысячи двадцать шестой');
    expect((await loadSpeller('fa'))!.ordinal(30)).toBe('سی‌ام');
  });

  it('has the same for every caller, and none for other languages', async () => {
    expect(await loadSpeller('en')).toBe(await loadSpeller('en'));
    expect(await loadSpeller('fr')).toBeUndefined();
    expect(await loadSpeller('constructor')).toBeUndefined();
  });
});
