/** The page's language and words. */

import arReasons from '../../../core/policy/locales/ar.json' with { type: 'json' };
import enReasons from '../../../core/policy/locales/en.json' with { type: 'json' };
import esReasons from '../../../core/policy/locales/es.json' with { type: 'json' };
import faReasons from '../../../core/policy/locales/fa.json' with { type: 'json' };
import itReasons from '../../../core/policy/locales/it.json' with { type: 'json' };
import ruReasons from '../../../core/policy/locales/ru.json' with { type: 'json' };
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createWriting } from '../../writing.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };
import { createSentence } from './sentence.ts';

export const i18n = createI18n<keyof typeof en>(chooseLanguage(location.search, navigator.languages), {
  en,
  es,
  it,
  fa,
  ar,
  ru,
});
export const { t, language } = i18n;
export const said = createSaid(language);
const writing = createWriting(language);
export const { time, list } = writing;

const reasons = { en: enReasons, es: esReasons, it: itReasons, fa: faReasons, ar: arReasons, ru: ruReasons }[language];
export const sentence = createSentence({ language, t: i18n.t as (key: string) => string, said, reasons, writing });

const moments = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
/** @param at UTC milliseconds, of the same day as what stands around it */
export const moment = (at: number): string => moments.format(at);

const number = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
export const figure = (value: number): string => number.format(value);
