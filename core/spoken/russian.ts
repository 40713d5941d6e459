/** How Russian says numbers: its ordinals, fractions and cases. */
import type { Speller } from './speller.ts';

/** By the end of how it is written, `1-го`: the words from the dictionary's form. */
const ENDINGS: Record<string, [hard: string, soft: string]> = {
  й: ['', ''],
  я: ['ая', 'ья'],
  е: ['ое', 'ье'],
  го: ['ого', 'ьего'],
  му: ['ому', 'ьему'],
  м: ['ом', 'ьем'],
  ю: ['ую', 'ью'],
  х: ['ых', 'ьих'],
};

/** @param ending as it stands behind the number; the last letters of it count. */
export function russianOrdinal(value: number, ending: string, speller: Speller): string {
  const said = speller.ordinal(value);
  const found = Object.entries(ENDINGS).find(([short]) => ending.endsWith(short));
  const [hard, soft] = found?.[1] ?? ['', ''];
  if (!hard) return said;
  return said.endsWith('третий') ? said.slice(0, -2) + soft : said.slice(0, -2) + hard;
}

const PARTS = ['десят', 'сот', 'тысячн'];

/** "Три целых пять десятых". Undefined for more places than people name. */
export function russianFraction(whole: string, fraction: string, speller: Speller): string | undefined {
  if (fraction.length > PARTS.length) return undefined;
  const ending = (value: number) => (value % 10 === 1 && value % 100 !== 11 ? 'ая' : 'ых');
  const said = (value: number) => speller.cardinal(value, true);
  const [all, part] = [Number(whole), Number(fraction)];
  return `${said(all)} цел${ending(all)} ${said(part)} ${PARTS[fraction.length - 1]}${ending(part)}`;
}

const GENITIVE: Record<string, string> = {
  ...{ ноль: 'ноля', один: 'одного', одна: 'одной', два: 'двух', две: 'двух', три: 'трёх', четыре: 'четырёх' },
  ...{ восемь: 'восьми', сорок: 'сорока', девяносто: 'девяноста', сто: 'ста', двести: 'двухсот', триста: 'трёхсот' },
  ...{ четыреста: 'четырёхсот', тысяча: 'тысячи', тысячи: 'тысяч' },
};

/** Of Russian numbers, for "from", "until" and "after". */
export const inGenitive = (said: string): string =>
  said.replace(
    /(?<![-\p{L}])\p{L}+(?![-\p{L}])/gu,
    (word) =>
      GENITIVE[word] ??
      word
        .replace(/^(пят|шест|сем|девят)ьсот$/u, '$1исот')
        .replace(/^восемьсот$/u, 'восьмисот')
        .replace(/^восемьдесят$/u, 'восьмидесяти')
        .replace(/^(пят|шест|сем)ьдесят$/u, '$1идесяти')
        .replace(/ь$/u, 'и'),
  );

const WANTS_GENITIVE = /^(?:до|от|после|около|более|менее|свыше|течение)$/iu;
const UNTIL = /^ (?:часов )?до /u;

/** Whether a number is in the genitive: "до 18", "от 5", and "с 9 до 18", but not "с 5 коробками". @param behind the text after the number */
export const wantsGenitive = (before: string, behind: string): boolean =>
  WANTS_GENITIVE.test(before) || (/^с$/iu.test(before) && UNTIL.test(behind));

/** After two, three and four a feminine word ends otherwise than the others; after one each gender and case does. */
export function beforeRussian(value: number, before: string, noun: string, speller: Speller): string {
  const last = value % 100 === 11 || value % 100 === 12 ? 0 : value % 10;
  const said = speller.cardinal(value, (last === 1 && /[ая]$/u.test(noun)) || (last === 2 && /[ыи]е?$/u.test(noun)));
  if (last !== 1) return said;
  if (/[ую]$/u.test(noun)) return said.replace(/один$/u, 'одну');
  if (!/[ое]$/u.test(noun)) return said;
  // "По 1 таблетке" has the case of a feminine word, "1 окно" is neuter.
  return said.replace(/один$/u, /^(?:по|на|о|при|к|в)$/iu.test(before) && noun.endsWith('е') ? 'одной' : 'одно');
}
