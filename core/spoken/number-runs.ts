/** How words for numbers make one number: "two hundred and five", "treinta y cinco", "خمسة وعشرين". */

/** What was put together so far. */
export interface Sum {
  /** Of thousands and millions that are complete. */
  total: number;
  /** What is said of the thousand that comes next, or of the ones. */
  group: number;
  /** What comes next in the group must be less. */
  room: number;
  /** The next thousand or million must be less. */
  scale: number;
  last: Kind | undefined;
}

export type Kind = 'zero' | 'unit' | 'teen' | 'ten' | 'hundred' | 'hundreds' | 'scale' | 'scaled';

export const NOTHING: Sum = {
  total: 0,
  group: 0,
  room: 1_000,
  scale: Number.POSITIVE_INFINITY,
  last: undefined,
};

export function kindOf(value: number): Kind {
  if (value === 0) return 'zero';
  if (value < 10) return 'unit';
  if (value < 20) return 'teen';
  if (value < 100) return 'ten';
  if (value === 100) return 'hundred';
  if (value < 1_000) return 'hundreds';
  return value === 1_000 || value === 1_000_000 ? 'scale' : 'scaled';
}

export const worthOf = ({ total, group }: Sum): number => total + group;

/** Says "five hundred" in two words. */
const MULTIPLIES_HUNDRED = new Set(['en', 'it', 'ar', 'fa']);
const JOINS = new Set<Kind>(['hundred', 'hundreds', 'scale', 'scaled']);
/** Wants an "and" between tens and ones. */
const TENS_AND_ONES = new Set(['es', 'fa', 'ar']);

/**
 * @param hasAnd an "and" stands between.
 * @param isBare it needs no number before it.
 * @returns undefined where the number before it is complete without it
 */
export function withWord(sum: Sum, value: number, hasAnd: boolean, isBare: boolean, language: string): Sum | undefined {
  const kind = kindOf(value);
  if (sum.last === 'zero' || (kind === 'zero' && sum.last) || !mayJoin(sum, kind, hasAnd, language)) return undefined;
  const next = { ...sum, last: kind };
  const { group, room, scale } = sum;
  switch (kind) {
    case 'zero':
      return { ...next, room: 0 };
    case 'unit':
      return room >= 10 ? { ...next, group: group + value, room: 1 } : undefined;
    case 'teen':
      // "خمسة عشر"
      if (language === 'ar' && value === 10 && sum.last === 'unit') return { ...next, group: group + 10, room: 1 };
      return room >= 100 ? { ...next, group: group + value, room: 1 } : undefined;
    case 'ten':
      if (language === 'ar' && sum.last === 'unit') return { ...next, group: group + value, room: 1 };
      // Spanish and Italian have words for tens with ones.
      return room >= 100 ? { ...next, group: group + value, room: value % 10 > 0 ? 1 : 10 } : undefined;
    case 'hundred':
      if (group === 0) return isBare ? { ...next, group: 100, room: 100 } : undefined;
      return MULTIPLIES_HUNDRED.has(language) && (group < 10 || (language === 'en' && group < 100))
        ? { ...next, group: group * 100, room: 100 }
        : undefined;
    case 'hundreds':
      return group === 0 ? { ...next, group: value, room: value % 100 > 0 ? 1 : 100 } : undefined;
    default:
      return hasAnd && group > 0 ? undefined : withScale(next, value, kind, isBare, scale);
  }
}

function withScale(sum: Sum, value: number, kind: Kind, isBare: boolean, scale: number): Sum | undefined {
  const own = value >= 1_000_000 ? 1_000_000 : 1_000;
  if (own >= scale) return undefined;
  const free = { ...sum, group: 0, room: kind === 'scaled' && value % 1_000 > 0 ? 1 : 1_000, scale: own };
  if (kind === 'scaled') return sum.group === 0 ? { ...free, total: sum.total + value } : undefined;
  if (sum.group === 0) return isBare ? { ...free, total: sum.total + own } : undefined;
  return { ...free, total: sum.total + sum.group * own };
}

function mayJoin({ last }: Sum, kind: Kind, hasAnd: boolean, language: string): boolean {
  if (!last) return !hasAnd;
  if (last === 'ten' && kind === 'unit') return TENS_AND_ONES.has(language) ? hasAnd : !hasAnd;
  if (language === 'ar' && last === 'unit') return kind === 'ten' ? hasAnd : !hasAnd;
  if (!hasAnd) return true;
  return JOINS.has(last) && language !== 'es' && language !== 'ru';
}
