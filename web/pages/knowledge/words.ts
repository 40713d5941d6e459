/** The page's language and words, and how it writes times, sizes and shares. */
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createWriting } from '../../writing.ts';
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

export const { time, list, comma } = createWriting(language);

const KILO = 1_000;
/** Kilobytes; less is as good as nothing. */
const LEAST = 0.1;
const unit = (name: string) =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumSignificantDigits: 2 });
const [kilobytes, megabytes] = [unit('kilobyte'), unit('megabyte')];

/** @param bytes about: two digits */
export const size = (bytes: number): string =>
  bytes < KILO * KILO ? kilobytes.format(Math.max(LEAST, bytes / KILO)) : megabytes.format(bytes / (KILO * KILO));

const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });

/** @param share 0 to 1 */
export const percent = (share: number): string => percents.format(share);

const languages = new Intl.DisplayNames(language, { type: 'language' });

/** @param code ISO 639-1; one that nobody knows stays a code */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
