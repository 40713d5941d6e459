/** Numbers in words, from n2words: a language is loaded when the first call in it needs it, and put right where people say otherwise. */
import type { Speller } from '../../core/spoken/speller.ts';

/** A language of the package, for which gender matters in some. */
interface Words {
  toCardinal(value: number, options?: object): string;
  toOrdinal(value: number): string;
}

const LANGUAGES: Record<string, () => Promise<Words>> = {
  ar: () => import('n2words/ar-SA'),
  en: () => import('n2words/en-US'),
  es: () => import('n2words/es-ES'),
  it: () => import('n2words/it-IT'),
  fa: () => import('n2words/fa-IR'),
  ru: () => import('n2words/ru-RU'),
};
/** Whose cardinals take a gender. */
const GENDERED = new Set(['ar', 'es', 'ru']);

/** What the package says and people do not. */
const CORRECTIONS: Record<string, readonly (readonly [RegExp, string])[]> = {
  ar: [[/مئتان (?=ألف)/gu, 'مئتا ']],
  en: [],
  es: [
    [/dieciseis/gu, 'dieciséis'],
    [/(?<!\p{L})cienta(?!\p{L})/gu, 'ciento'],
    [/veintiuno mil/gu, 'veintiún mil'],
    [/uno mil/gu, 'un mil'],
  ],
  it: [],
  fa: [
    [/[يى]/gu, 'ی'],
    [/چهار صد/gu, 'چهارصد'],
    [/هزار (?=\p{L}{2})/gu, 'هزار و '],
    [/سیم$/u, 'سی‌ام'],
  ],
  ru: [[/^одна (?=тысяч)/u, '']],
};

const loaded = new Map<string, Promise<Speller>>();

/**
 * The same one for every caller.
 * @param language ISO 639-1. Undefined for one without words: its numbers stay digits.
 */
export async function loadSpeller(language: string): Promise<Speller | undefined> {
  if (!Object.hasOwn(LANGUAGES, language)) return undefined;
  const speller = loaded.get(language) ?? LANGUAGES[language]!().then((words) => made(words, language));
  loaded.set(language, speller);
  return speller;
}

function made(words: Words, language: string): Speller {
  const put = (said: string) =>
    CORRECTIONS[language]!.reduce((text, [wrong, right]) => text.replace(wrong, right), said);
  const options = (feminine: boolean) =>
    feminine && GENDERED.has(language) ? ([{ gender: 'feminine' }] as const) : ([] as const);
  return {
    cardinal(value, feminine) {
      // What is counted are thousands there, which are masculine.
      if (language === 'ar' && feminine && value >= 1_000 && value % 1_000 > 0 && value < 1_000_000)
        return put(
          `${words.toCardinal(value - (value % 1_000))} و${words.toCardinal(value % 1_000, ...options(true))}`,
        );
      const isThousands = language === 'ar' && value >= 1_000;
      return put(words.toCardinal(value, ...options(feminine && !isThousands)));
    },
    ordinal: (value) => put(words.toOrdinal(value)),
  };
}
