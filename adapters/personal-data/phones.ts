/**
 * Phone numbers in folded text. Certain are: a `+` or `00`, a number that is valid in one of the hinted countries, a number after a word
 * like "phone". What is left is judged by its shape, in doubt for a phone: a token too many does less harm than a number that leaves.
 */
import type { Finding } from '../../core/privacy/masking.ts';
import { type Context, contextOf } from './context.ts';
import { isBarCode, isLocalTime, isPlainNumber, withoutPlainNumbers } from './not-phones.ts';

/** Knows the numbering plans of the world. */
export interface NumberingPlans {
  /** E.164 if the number is valid. With a country it may be local, or must be of that country; without, it must be international. */
  valid(text: string, country?: string): string | undefined;
}

/** For where loading the plans is not worth it: every number is judged by its shape. */
export const NO_PLANS: NumberingPlans = { valid: () => undefined };

/** Look-ups in one text; past it, numbers are judged by their shape, so that a page full of numbers takes no longer. */
const MOST_LOOKUPS = 1_000;
const SHORTEST = 7;
const LONGEST = 15;
/** Behind `00`. */
const LONGEST_WITH_ZEROS = LONGEST + 2;
const SHORTEST_BY_SHAPE = 9;
/** Groups of digits that one number can have: fifteen single ones. */
const MOST_GROUPS = 15;

const RUN = /[+(]{0,2}\d(?:[ ./()-]{0,3}\d)*/g;
/** Between two numbers rather than inside one. */
const BREAK = /\. | [/.]|\/ | {3}|\)\)|\(\(|--|\.\.|\/\//;

interface Group {
  start: number;
  end: number;
  /** How many digits. */
  size: number;
}

/** @param taken the text with what was already found crossed out. */
export function phones(text: string, taken: string, countries: string[], plans: NumberingPlans): Finding[] {
  const rest = withoutPlainNumbers(taken);
  const found: Finding[] = [];
  let lookups = 0;
  const valid = (written: string, country?: string) =>
    lookups++ < MOST_LOOKUPS ? plans.valid(written, country) : undefined;

  /** Of the place that was asked for last: a number is tried in many lengths. */
  let context: { at: number; found: Context } | undefined;
  const contextAt = (at: number): Context => {
    if (context?.at !== at) context = { at, found: contextOf(text, at) };
    return context.found;
  };

  /** The number, if it is one of a hinted country. */
  function local(written: string): string | undefined {
    for (const country of countries) {
      const number = valid(written, country);
      if (number) return number;
    }
    return undefined;
  }

  /** The number that these groups are for certain. */
  function certain(groups: Group[], whole: boolean): string | undefined {
    const [first, last] = [groups[0]!, groups.at(-1)!];
    const written = rest.slice(first.start, last.end);
    const digits = written.replace(/\D/g, '');
    if (/^\(?\+/.test(written)) {
      return digits.length <= LONGEST ? valid(written.replace('(+', '+')) : undefined;
    }
    const alone = groups.length === 1;
    const { before, after } = neighbours(rest, first.start, last.end);
    const context = contextAt(first.start);
    const close = context.near || (digits.length >= SHORTEST_BY_SHAPE && !before && !after);
    const isPhone = context.about === 'phone' && (whole || alone) && close;
    if (before && after && !isPhone) return undefined;
    if (digits.length > LONGEST_WITH_ZEROS) return undefined;
    if (/^00[1-9]/.test(digits) && digits.length >= 10) {
      const abroad = valid(`+${digits.slice(2)}`);
      if (abroad) return abroad;
    }
    if (digits.length > LONGEST) return undefined;
    const named = context.about === 'other' && context.near && !/[ ()]/.test(written);
    const plain = !isPhone && (alone ? isLocalTime(digits) : isRound(written) || isPairs(groups, countries));
    if (!named && !plain) {
      const barCode = alone && !isPhone && digits.length === 13 && isBarCode(digits);
      const own = local(barCode ? `+${digits}` : written);
      if (own) return own;
    }
    if (isPhone && digits.length >= SHORTEST) return valid(`+${digits}`) ?? digits;
    return undefined;
  }

  /** The number that these groups probably are. */
  function likely(groups: Group[]): string | undefined {
    const [first, last] = [groups[0]!, groups.at(-1)!];
    const written = rest.slice(first.start, last.end);
    const digits = written.replace(/\D/g, '');
    if (digits.length < SHORTEST_BY_SHAPE || digits.length > LONGEST) return undefined;
    const { before, after } = neighbours(rest, first.start, last.end);
    if (before || after || contextAt(first.start).about === 'other') return undefined;
    if (groups.length === 1 && isPlainNumber(digits)) return undefined;
    if (groups.length > 1 && !isShapedLikePhone(written, groups)) return undefined;
    const abroad = digits.length >= 10 ? valid(`+${digits}`) : undefined;
    if (abroad) return abroad;
    return digits.length <= 12 ? digits : undefined;
  }

  /** The longest certain number that begins here. */
  function numberAt(run: Group[], from: number): { groups: Group[]; value: string } | undefined {
    const plus = /^\(?\+/.test(rest.slice(run[from]!.start, run[from]!.end));
    let until = from;
    let size = 0;
    while (until < run.length && until - from < MOST_GROUPS && size + run[until]!.size <= LONGEST_WITH_ZEROS)
      size += run[until++]!.size;
    const widest = { groups: run.slice(from, until), size };
    for (; until > from && size >= SHORTEST; size -= run[--until]!.size) {
      if (lookups >= MOST_LOOKUPS && !plus) break;
      const groups = run.slice(from, until);
      const whole = groups.length === run.length;
      // A part of a row of small numbers is no number of its own.
      if (!whole && !plus && groups.length > 1 && !groups.some((group) => group.size >= 3)) continue;
      const value = certain(groups, whole);
      if (value) return { groups, value };
    }
    // Whoever writes a `+` means a phone, valid or not.
    if (!plus) return undefined;
    while (widest.size > LONGEST) widest.size -= widest.groups.pop()!.size;
    if (widest.size >= SHORTEST) return { groups: widest.groups, value: `+${digitsOf(rest, widest.groups)}` };
    return undefined;
  }

  const keep = (groups: Group[], value: string) => {
    const [start, end] = [groups[0]!.start, groups.at(-1)!.end];
    // A number in brackets: they are the sentence's.
    const bracket = rest[start] === '(' && !rest.slice(start, end).includes(')');
    found.push({ start: bracket ? start + 1 : start, end, kind: 'PHONE', value });
  };
  for (const run of runsOf(rest)) {
    const left: Group[][] = [[]];
    for (let from = 0; from < run.length; ) {
      const number = numberAt(run, from);
      if (number) {
        keep(number.groups, number.value);
        from += number.groups.length;
        left.push([]);
      } else left.at(-1)!.push(run[from++]!);
    }
    for (const groups of left) {
      for (const piece of piecesOf(groups, lookups >= MOST_LOOKUPS)) {
        const value = likely(piece);
        if (value) keep(piece, value);
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

const digitsOf = (text: string, groups: Group[]) => text.slice(groups[0]!.start, groups.at(-1)!.end).replace(/\D/g, '');

/** What may be one number each: all of it, else the groups alone; where nothing could be looked up, whatever is long enough. */
function* piecesOf(groups: Group[], blind: boolean): Generator<Group[]> {
  if (groups.length === 0) return;
  if (digitsIn(groups) <= LONGEST) {
    yield groups;
    return;
  }
  let piece: Group[] = [];
  for (const group of groups) {
    piece.push(group);
    if (blind && digitsIn(piece) < SHORTEST_BY_SHAPE) continue;
    yield piece;
    piece = [];
  }
}

/** Runs of digit groups that could belong together. */
function* runsOf(text: string): Generator<Group[]> {
  for (const { 0: found, index } of text.matchAll(RUN)) {
    let groups: Group[] = [];
    let end = index;
    for (const { 0: digits, index: at } of found.matchAll(/[+(]{0,2}\d+/g)) {
      const start = index + at;
      if (groups.length > 0 && BREAK.test(text.slice(end, start + 1))) {
        yield groups;
        groups = [];
      }
      end = start + digits.length;
      groups.push({ start, end, size: digits.replace(/[+(]/g, '').length });
    }
    if (groups.length > 0) yield groups;
  }
}

const digitsIn = (groups: Group[]) => groups.reduce((sum, { size }) => sum + size, 0);

/** Latin letters or the signs of an id that the digits hang on. */
function neighbours(text: string, start: number, end: number): { before: boolean; after: boolean } {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return {
    before: /[a-z]$|[a-z\d][-_/=:.]$|#$/i.test(before),
    after: /^[a-z]|^[-_/=][a-z\d]/i.test(after),
  };
}

/** An amount in whole thousands. */
const isRound = (written: string) => /^[1-9]\d{0,2}(?:[ .]\d{3})*[ .]000$/.test(written);

/** "12 15 18 22 34" is a row of numbers to most people, though not in countries that write phones in pairs. */
function isPairs(groups: Group[], countries: string[]): boolean {
  const inPairs = groups.length >= 4 && groups.every(({ size }) => size === 2);
  return inPairs && countries.every((country) => NEVER_IN_PAIRS.has(country));
}
const NEVER_IN_PAIRS = new Set(['US', 'CA', 'IN', 'GB', 'SA', 'EG', 'IR']);

function isShapedLikePhone(written: string, groups: Group[]): boolean {
  const sizes = groups.map(({ size }) => size);
  const separators = new Set(written.replace(/\d/g, '').replace(/[()]/g, ''));
  if (groups.length > 6 && sizes.some((size) => size > 2)) return false;
  if (written.startsWith('0') || written.startsWith('(')) return separators.size <= 2;
  if (separators.size > 1 && !written.includes('(')) return false;
  if (isRound(written) || (separators.has('.') && sizes.slice(1).every((size) => size === 3))) return false;
  // Postcodes of the United States, and rows of years.
  if (/^\d{5}-\d{4}$|^(?:(?:19|20)\d\d[ -]?)+$/.test(written)) return false;
  return sizes.some((size) => size >= 3) && sizes.every((size) => size >= 2 && size <= 8);
}
