/** What a written number is worth, as its language writes it: `1.250,50`, `1,250.50` and `1 250,5` are `1250.5`. */

/** Before three digits this mark is one of thousands. Elsewhere, and in other languages, it begins a fraction. */
const THOUSANDS: Record<string, string> = { es: '.', it: '.', en: ',', ar: ',', fa: ',' };
/** Marks that are only of thousands. */
const GROUPING = /['’٬\u00a0\u202f ]/gu;
/** Their smallest coin is a thousandth. */
const IN_THOUSANDTHS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/**
 * @param written digits with marks of thousands and of fractions between.
 * @param currency its ISO code: a price has no three digits behind the point, except where a coin is a thousandth.
 * @returns digits, and a point before the fraction
 */
export function numeralOf(written: string, language: string, currency?: string): string {
  const plain = written.replace(GROUPING, '');
  const marks = plain.replace(/\d/g, '');
  const last = marks.at(-1);
  if (last === undefined) return plain;
  const cut = plain.lastIndexOf(last);
  const [whole, fraction] = [plain.slice(0, cut), plain.slice(cut + 1)];
  const isPrice = currency !== undefined && !IN_THOUSANDTHS.has(currency);
  const isGroup = fraction.length === 3 && whole.length <= 3 && !whole.startsWith('0');
  const isWhole =
    marks.length > 1 ? last !== '٫' && new Set(marks).size === 1 : isGroup && (isPrice || THOUSANDS[language] === last);
  const digits = whole.replace(/\D/g, '');
  return isWhole ? digits + fraction : digits + decimals(fraction);
}

function decimals(fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction[end - 1] === '0') end--;
  return end > 0 ? `.${fraction.slice(0, end)}` : '';
}
