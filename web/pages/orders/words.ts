/** The page's language and words, and how it writes times and sums. */
import type { Money } from '../../../core/model/order.ts';
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

export const { time, comma } = createWriting(language);

/** What core says by code. */
export const said = createSaid(language);

export const money = ({ amount, currency }: Money): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(Number(amount));

const english = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A reason as the server tells it, in English, with its times by the reader's clock. */
export const sentence = (reason: string): string =>
  reason.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (at) => english.format(Date.parse(at)));

/** A rule in words; of one that a package or a platform has, its code. */
export const ruleName = (rule: string): string => said.rule(rule) ?? rule;
