/** What is a word for a number, by language, and what such words may mean otherwise. */
import { createRecent } from '../recent.ts';
import { fold } from '../text/fold.ts';
import numberWords from './number-words.json' with { type: 'json' };

export interface NumberTable {
  language: string;
  values: ReadonlyMap<string, number>;
  /** Hundred and more that say a number without another before them. */
  bare: ReadonlySet<string>;
  /** A number only beside others: an article elsewhere. */
  company: ReadonlySet<string>;
  /** A number beside others or before what is counted. */
  counting: ReadonlySet<string>;
  counted: ReadonlySet<string>;
  and: ReadonlySet<string>;
  half: ReadonlySet<string>;
  point: ReadonlySet<string>;
  /** "Double five", and letters said for a zero among digits. */
  times: ReadonlyMap<string, number>;
  zeros: ReadonlySet<string>;
  /** Phrases that count nothing, by their first word. */
  idioms: ReadonlyMap<string, string[][]>;
  /** Behind a number of tens, hundreds or thousands these make an ordinal of it; behind any a fraction. */
  ordinals: ReadonlySet<string>;
  parts: ReadonlySet<string>;
  /** Before an hour, whose half is a time of day. */
  hours: ReadonlySet<string>;
}

/** As words are looked up. */
export const plainWord = (word: string): string => fold(word, 'drop');

const tables = createRecent<NumberTable>(20);

/** Undefined for a language without words of ours. */
export function numberTable(language: string): NumberTable | undefined {
  if (!Object.hasOwn(numberWords, language)) return undefined;
  let table = tables.get(language);
  if (!table) {
    table = read(language as keyof typeof numberWords);
    tables.set(language, table);
  }
  return table;
}

const listed = (words: string) => plainWord(words).split(' ').filter(Boolean);
const setOf = (words: string) => new Set(listed(words));

function read(language: keyof typeof numberWords): NumberTable {
  const { numbers, times, idioms, ...lists } = numberWords[language];
  const values = Object.entries(numbers).flatMap(([value, words]) =>
    listed(words).map((word) => [word, Number(value)] as const),
  );
  if (language === 'it') values.push(...italianHundreds());
  const phrases = idioms.split('|').map((idiom) => listed(idiom));
  return {
    language,
    values: new Map(values),
    times: new Map(Object.entries(times)),
    idioms: Map.groupBy(phrases, ([first]) => first!),
    bare: setOf(lists.bare),
    company: setOf(lists.company),
    counting: setOf(lists.counting),
    counted: setOf(lists.counted),
    and: setOf(lists.and),
    half: setOf(lists.half),
    point: setOf(lists.point),
    zeros: setOf(lists.zeros),
    ordinals: setOf(lists.ordinals),
    parts: setOf(lists.parts),
    hours: setOf(lists.hours),
  };
}

const UNITS = 'uno due tre quattro cinque sei sette otto nove'.split(' ');
const TEENS = 'dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove'.split(' ');
const TENS = 'venti trenta quaranta cinquanta sessanta settanta ottanta novanta'.split(' ');

/** Italian writes in one word what other languages write in several: 21 to 999. */
function italianHundreds(): [string, number][] {
  const tens = TENS.flatMap((ten, at) =>
    UNITS.map((unit, one): [string, number] => [
      (/^[uo]/.test(unit) ? ten.slice(0, -1) : ten) + unit,
      (at + 2) * 10 + one + 1,
    ]),
  );
  const low: [string, number][] = [
    ...UNITS.map((word, at): [string, number] => [word, at + 1]),
    ...TEENS.map((word, at): [string, number] => [word, at + 10]),
    ...TENS.map((word, at): [string, number] => [word, (at + 2) * 10]),
    ...tens,
  ];
  const hundreds = ['', ...UNITS.slice(1)].flatMap((unit, at): [string, number][] => [
    [`${unit}cento`, (at + 1) * 100],
    ...low.flatMap(([word, value]): [string, number][] => [
      [`${unit}cento${word}`, (at + 1) * 100 + value],
      ...(word.startsWith('o') ? [[`${unit}cent${word}`, (at + 1) * 100 + value] as [string, number]] : []),
    ]),
  ]);
  // "Ventun giorni".
  const cut = tens
    .filter(([word]) => word.endsWith('uno'))
    .map(([word, value]): [string, number] => [word.slice(0, -1), value]);
  return [...tens, ...cut, ...hundreds];
}

/** "Duemilacinquecento". @param word as it is looked up; undefined where it is no such number */
export function italianThousands(word: string, { values }: NumberTable): number | undefined {
  const at = word.lastIndexOf('mila');
  const isOne = at < 0 && word.startsWith('mille');
  if (!isOne && at <= 0) return undefined;
  const thousands = isOne ? 1 : values.get(word.slice(0, at));
  const rest = word.slice(isOne ? 5 : at + 4);
  const ones = rest === '' ? 0 : values.get(rest);
  const fits = thousands !== undefined && thousands < 1_000 && ones !== undefined && ones < 1_000;
  return fits ? thousands * 1_000 + ones : undefined;
}
