/** Words with values in them, in one language. Pure. */

/** Words, or one form a plural category of the language (by the parameter `n`). */
export type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>;

export type Values = Record<string, string | number>;

/** A letter of a script that is written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

export const directionOf = (language: string): 'ltr' | 'rtl' =>
  language === 'ar' || language === 'fa' ? 'rtl' : 'ltr';

/**
 * Fills `{name}` in the words of a key. Numbers get the language's digits; strings stay as they are, set apart (Unicode's isolates) where they
 * may run in the other direction than the words around them; a bare number never does.
 */
export function createTranslate(
  language: string,
  catalog: Record<string, Entry | undefined>,
): (key: string, values?: Values) => string {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  const direction = directionOf(language);
  const apart = (value: string) =>
    /\D/.test(value) && (direction === 'rtl' || RIGHT_TO_LEFT.test(value)) ? `\u2068${value}\u2069` : value;
  return (key, values = {}) => {
    const entry = catalog[key];
    const text =
      typeof entry === 'string' ? entry : (entry?.[plural.select(Number(values.n ?? 0))] ?? entry?.other ?? key);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? number.format(value) : apart(value);
    });
  };
}
