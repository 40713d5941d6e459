/** The page's language and words, and how it writes times and names of languages. */
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createWriting } from '../../writing.ts';
import type { BoardCall } from './api.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

export const i18n = createI18n<keyof typeof en>(chooseLanguage(location.search, navigator.languages), {
  en,
  es,
  it,
  fa,
  ar,
  ru,
});
export const { t, language } = i18n;

/** What core says by code. */
export const said = createSaid(language);

export const { time, clock, moment } = createWriting(language);

const DAY_MS = 24 * 60 * 60_000;
const hours = new Intl.DateTimeFormat(language, { timeStyle: 'short' });

/** @param at UTC milliseconds, ahead; without its date where it is within a day */
export const until = (at: number): string => (at - Date.now() < DAY_MS ? hours.format(at) : time(at));

const languages = new Intl.DisplayNames(language, { type: 'language' });

/** @param code ISO 639-1; one that nobody knows stays a code */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Why a call ended; empty of one that goes on. */
export const endWords = ({ end }: Pick<BoardCall, 'end'>): string => (end ? t(`end.${end}`) : '');
