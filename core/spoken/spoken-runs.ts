/** Finds what says one number in a text: which words, and what they are worth. */
import { kindOf, NOTHING, type Sum, withWord, worthOf } from './number-runs.ts';
import { italianThousands, type NumberTable, plainWord } from './number-table.ts';

/** A word of the text, or digits. */
interface Token {
  plain: string;
  /** Undefined for what is no number. */
  value: number | undefined;
  /** "And" is written on it, as Arabic does. */
  hasAnd: boolean;
  /** Where the number begins, behind what is written on it. */
  numberStart: number;
  start: number;
  end: number;
  /** Nothing but space or a hyphen is between it and the word before; a comma, at most. */
  follows: boolean;
  afterComma: boolean;
}

/** Words for one number. */
export interface Run {
  start: number;
  end: number;
  /** The token after it. */
  next: number;
  /** Undefined where the words say no number of things, and stay. */
  digits: string | undefined;
  /** One digit, or one that is said twice. */
  isDigit: boolean;
  /** A number only where other digits are beside it. */
  isOnlyBeside: boolean;
  /** Shows that the digits beside it are dictated. */
  isSure: boolean;
  afterComma: boolean;
}

const WORD = /[\p{L}\p{M}'’]+|\p{N}+/gu;
const SPACE = /^(?:[\s\u200c]+|\s?[-‐]\s?)$/u;
const COMMA = /^\s?[,،]\s+$/u;
/** Arabic writes these on the word that follows. */
const ON_A_WORD: Record<string, RegExp> = { ar: /^(?:و[بل]?|[بلف])(?=..)/u, fa: /^و(?=..)/u };

export function tokensOf(text: string, table: NumberTable): Token[] {
  const seen = new Map<string, Pick<Token, 'plain' | 'value' | 'hasAnd'> & { written: number }>();
  const tokens: Token[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    let meaning = seen.get(word);
    if (!meaning) {
      meaning = meaningOf(word, table);
      seen.set(word, meaning);
    }
    const { written, ...known } = meaning;
    const gap = text.slice(tokens.at(-1)?.end ?? index, index);
    const end = index + word.length;
    tokens.push({
      ...known,
      numberStart: index + written,
      start: index,
      end,
      follows: tokens.length > 0 && SPACE.test(gap),
      afterComma: tokens.length > 0 && COMMA.test(gap),
    });
  }
  return withoutIdioms(tokens, table);
}

function meaningOf(word: string, table: NumberTable) {
  const plain = plainWord(word);
  const value = table.values.get(plain) ?? (table.language === 'it' ? italianThousands(plain, table) : undefined);
  const before = value === undefined ? ON_A_WORD[table.language]?.exec(plain)?.[0] : undefined;
  const behind = before ? plain.slice(before.length) : '';
  // What may be another word is one here: "لست" says "I am not".
  const counts = before !== undefined && table.values.has(behind) && (before === 'و' || !table.counting.has(behind));
  if (!counts) return { plain, value, hasAnd: false, written: 0 };
  // Marks of vowels stand behind the letters.
  const written = new RegExp(`^(?:\\p{L}\\p{M}*){${before.length}}`, 'u').exec(word)?.[0].length ?? before.length;
  return { plain: behind, value: table.values.get(behind), hasAnd: before === 'و', written };
}

/** "Por ciento" and "mil gracias" count nothing. */
function withoutIdioms(tokens: Token[], table: NumberTable): Token[] {
  for (let at = 0; at < tokens.length; at++) {
    const phrases = table.idioms.get(tokens[at]!.plain) ?? [];
    const idiom = phrases.find((words) => words.every((word, index) => isNext(tokens[at + index], word, index > 0)));
    for (const token of idiom ? tokens.slice(at, at + idiom.length) : []) token.value = undefined;
  }
  return tokens;
}

const isNext = (token: Token | undefined, word: string, follows: boolean) =>
  token?.plain === word && (token.follows || !follows);

/** The token there if it belongs to the one before it. */
const follower = (tokens: Token[], at: number): Token | undefined => (tokens[at]?.follows ? tokens[at] : undefined);

/**
 * The number that begins with a token.
 * @param before the number right before it
 * @returns undefined where none begins
 */
export function readRun(tokens: Token[], at: number, before: Run | undefined, table: NumberTable): Run | undefined {
  const first = tokens[at];
  if (!first) return undefined;
  // What is written on a word keeps it apart from the one before.
  if (before && (first.numberStart > first.start || !(first.follows || (first.afterComma && before.isDigit))))
    return undefined;
  const run = saidDigit(tokens, at, table) ?? saidNumber(tokens, at, table);
  return before && run && !first.follows && !run.isDigit ? undefined : run;
}

/** "Double five", and a zero that is said as a letter: numbers among other digits only. */
function saidDigit(tokens: Token[], at: number, table: NumberTable): Run | undefined {
  const first = tokens[at]!;
  const times = table.times.get(first.plain);
  const digit = times === undefined ? first : follower(tokens, at + 1);
  const isLetter = digit !== undefined && table.zeros.has(digit.plain);
  if (!digit || !(isLetter || (times !== undefined && digit.value !== undefined && digit.value < 10))) return undefined;
  return {
    start: first.start,
    end: digit.end,
    next: at + (times === undefined ? 1 : 2),
    digits: String(isLetter ? 0 : digit.value).repeat(times ?? 1),
    isDigit: true,
    isOnlyBeside: true,
    isSure: !isLetter,
    afterComma: first.afterComma,
  };
}

function saidNumber(tokens: Token[], at: number, table: NumberTable): Run | undefined {
  const first = tokens[at]!;
  const { sum, next } = sumFrom(tokens, at, table);
  if (!sum.last) return undefined;
  const whole = { value: worthOf(sum), next };
  const said = withFraction(tokens, whole, table) ?? withHalf(tokens, at, sum, whole, table) ?? whole;
  const last = tokens[said.next - 1]!;
  const isSingle = said.next === at + 1;
  const isDigit = isSingle && (sum.last === 'zero' || sum.last === 'unit') && Number.isInteger(whole.value);
  const isOnlyBeside = isSingle && !counts(tokens, at, table);
  const isKept = isOther(tokens, at, sum, said.next, table) || (isOnlyBeside && !isDigit);
  return {
    start: first.numberStart,
    end: last.end,
    next: said.next,
    digits: isKept ? undefined : String(said.value),
    isDigit: isDigit && !isKept,
    isOnlyBeside,
    isSure: !isOnlyBeside,
    afterComma: first.afterComma,
  };
}

/** Of one word that is a number only sometimes: whether it is here. */
function counts(tokens: Token[], at: number, table: NumberTable): boolean {
  const { plain } = tokens[at]!;
  if (table.company.has(plain)) return false;
  return !table.counting.has(plain) || table.counted.has(follower(tokens, at + 1)?.plain ?? '');
}

interface Part {
  sum: Sum;
  next: number;
}

/** The longest number from there on. */
function sumFrom(tokens: Token[], at: number, table: NumberTable): Part {
  const { language } = table;
  const isA = language === 'en' && tokens[at]!.plain === 'a';
  let part: Part = isA
    ? { sum: { ...NOTHING, group: 1, room: 1, last: 'unit' }, next: at + 1 }
    : { sum: NOTHING, next: at };
  for (;;) {
    const isFirst = part.next === at;
    const token = isFirst ? tokens[at] : follower(tokens, part.next);
    if (!token) break;
    const isAnd = !isFirst && table.and.has(token.plain) && token.value === undefined;
    const word = isAnd ? follower(tokens, part.next + 1) : token;
    if (word?.value === undefined || (!isFirst && word.numberStart > word.start && !word.hasAnd)) break;
    const hasAnd = isAnd || (word.hasAnd && !isFirst);
    const sum = withWord(part.sum, word.value, hasAnd, table.bare.has(word.plain), language);
    if (!sum) break;
    part = { sum, next: part.next + (isAnd ? 2 : 1) };
  }
  // "A" is one of hundreds and thousands only.
  const isNothing = isA && part.sum.group + part.sum.total < 100;
  return isNothing ? { sum: NOTHING, next: at } : part;
}

interface Said {
  value: number | string;
  next: number;
}

/** What Russian calls the digits behind a comma, by their number. */
const RUSSIAN_PARTS = ['десят', 'сот', 'тысячн'];

/** "Three point two five", "три целых пять десятых". */
function withFraction(tokens: Token[], { value, next }: Said, table: NumberTable): Said | undefined {
  if (!table.point.has(follower(tokens, next)?.plain ?? '') || !Number.isInteger(value)) return undefined;
  let digits = '';
  let at = next + 1;
  for (let token = follower(tokens, at); token?.value !== undefined && token.value < 10; token = follower(tokens, at)) {
    digits += token.value;
    at++;
  }
  const rest = follower(tokens, at) ? sumFrom(tokens, at, table) : undefined;
  if (rest?.sum.last) {
    digits += worthOf(rest.sum);
    at = rest.next;
  }
  if (digits === '') return undefined;
  const places = RUSSIAN_PARTS.findIndex((part) => table.language === 'ru' && tokens[at]?.plain.startsWith(part)) + 1;
  return { value: `${value}.${digits.padStart(places, '0')}`, next: places > 0 ? at + 1 : at };
}

/** "Two and a half", "مليون ونص". Of an hour it is a time of day, and of hundreds nobody knows which. */
function withHalf(tokens: Token[], at: number, sum: Sum, { next }: Said, table: NumberTable): Said | undefined {
  if (sum.last === 'hundred' || sum.last === 'hundreds' || table.hours.has(tokens[at - 1]?.plain ?? ''))
    return undefined;
  const end = halfEnd(tokens, next, table);
  if (end === undefined) return undefined;
  const isScale = sum.last === 'scale' || sum.last === 'scaled';
  const value = worthOf(sum) + (isScale ? sum.scale : 1) / 2;
  const scale = follower(tokens, end)?.value;
  const isScaled = !isScale && scale !== undefined && kindOf(scale) === 'scale';
  return isScaled ? { value: value * scale, next: end + 1 } : { value, next: end };
}

function halfEnd(tokens: Token[], at: number, { and, half, language }: NumberTable): number | undefined {
  const first = follower(tokens, at)?.plain ?? '';
  if (first.startsWith('و') && half.has(first.slice(1))) return at + 1;
  if (!and.has(first) && !(language === 'ru' && first === 'с')) return undefined;
  const isA = language === 'en' && follower(tokens, at + 1)?.plain === 'a';
  const end = at + (isA ? 3 : 2);
  return half.has(follower(tokens, end - 1)?.plain ?? '') ? end : undefined;
}

const RUSSIAN_ORDINAL =
  /^(?:перв|втор|трет|четверт|пят|шест|седьм|восьм|девят|десят|сот|\p{L}+дцат|\p{L}+десят)(?:ы[ийехм]|и[ий]|о[ийгем]|ого|ому|ая|ое|ои|ую|ьего|ье|ья)$/u;

/** Words that say no number of things: "twenty-first", "two thirds", and the thousands of a number that stands there in digits. */
function isOther(tokens: Token[], at: number, sum: Sum, next: number, table: NumberTable): boolean {
  const first = tokens[at]!;
  const kind = first.value === undefined ? 'hundred' : kindOf(first.value);
  if (first.follows && /^\p{N}/u.test(tokens[at - 1]!.plain) && (kind === 'hundred' || kind === 'scale')) return true;
  const behind = follower(tokens, next);
  if (!behind) return false;
  if (table.parts.has(behind.plain)) return true;
  if (sum.last === 'unit' || sum.last === 'zero' || sum.last === 'teen') return false;
  const word = table.and.has(behind.plain)
    ? (follower(tokens, next + 1)?.plain ?? '')
    : behind.plain.replace(/^و/u, '');
  return table.ordinals.has(word) || (table.language === 'ru' && RUSSIAN_ORDINAL.test(behind.plain));
}
