/** The page's language and words, and how it writes times and sums. */
import type { Money } from '../../../core/model/order.ts';
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

export const { t, language, direction } = createI18n<keyof typeof en>(
  chooseLanguage(location.search, navigator.languages),
  { en, es, it, fa, ar, ru },
);

/** What core says by code. */
export const said = createSaid(language);

const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

/** @param at UTC milliseconds */
export const time = (at: number): string => times.format(at);

export const money = ({ amount, currency }: Money): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(Number(amount));

/** Between items that stand beside each other. */
export const COMMA = direction === 'rtl' ? '، ' : ', ';

export const list = (all: readonly string[]): string => new Intl.ListFormat(language).format(all);

const english = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A reason as the server tells it, in English, with its times by the reader's clock. */
export const sentence = (reason: string): string =>
  reason.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (at) => english.format(Date.parse(at)));

/** A rule in words; of one that a package or a platform has, its code. */
export const ruleName = (rule: string): string => said.rule(rule) ?? rule;
