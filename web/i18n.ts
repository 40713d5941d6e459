/** The words of the pages in the reader's language. Pure: which language it is, the page tells. */
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };
import { createTranslate, directionOf, type Entry, type Values } from './translate.ts';

export type Key = keyof typeof en;
type Catalog = Record<Key, Entry>;

const CATALOGS = { en, es, it, fa, ar, ru } satisfies Record<string, Catalog>;
export type Language = keyof typeof CATALOGS;

/** Languages by their own names, for the switch. */
export const LANGUAGES: readonly { value: Language; label: string; lang: string }[] = [
  { value: 'en', label: 'English', lang: 'en' },
  { value: 'es', label: 'Español', lang: 'es' },
  { value: 'it', label: 'Italiano', lang: 'it' },
  { value: 'fa', label: 'فارسی', lang: 'fa' },
  { value: 'ar', label: 'العربية', lang: 'ar' },
  { value: 'ru', label: 'Русский', lang: 'ru' },
];

/** Words that only one page has, in each language. */
export type Own<Words extends string> = Record<Language, Record<Words, Entry>>;

export interface I18n<Words extends string = never> {
  language: Language;
  direction: 'ltr' | 'rtl';
  /** Fills `{name}` in the words of `key`, as `createTranslate` says. */
  t(key: Key | Words, values?: Values): string;
}

/**
 * @param search the page's query string; `?lang=fa` wins.
 * @param preferred the browser's languages, best first, e.g. `['es-MX', 'en']`.
 */
export function chooseLanguage(search: string, preferred: readonly string[]): Language {
  const wanted = [new URLSearchParams(search).get('lang') ?? '', ...preferred];
  const codes = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return codes.find((code): code is Language => code !== undefined && Object.hasOwn(CATALOGS, code)) ?? 'en';
}

export function createI18n<Words extends string = never>(language: Language, own?: Own<Words>): I18n<Words> {
  const t = createTranslate(language, { ...CATALOGS[language], ...own?.[language] });
  return { language, direction: directionOf(language), t };
}
