/** The page's language and words, and how it writes times and names of languages. */
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createWriting } from '../../writing.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

export type Word = keyof typeof en;

export const i18n = createI18n<Word>(chooseLanguage(location.search, navigator.languages), { en, es, it, fa, ar, ru });
export const { t, language } = i18n;

/** What core says by code. */
export const said = createSaid(language);

export const { time, clock, comma } = createWriting(language);

const DAY_MS = 24 * 60 * 60_000;
const hours = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const days = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });

/** @param at UTC milliseconds; of today the hour, else the day */
export const shortTime = (at: number): string => (Date.now() - at < DAY_MS ? hours.format(at) : days.format(at));

const languages = new Intl.DisplayNames(language, { type: 'language' });

/** @param code ISO 639-1; one that nobody knows stays a code */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
