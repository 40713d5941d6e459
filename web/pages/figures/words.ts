/** The page's language and words, and how it writes numbers and times. */
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };
import type { Span } from './periods.ts';

export const i18n = createI18n<keyof typeof en>(chooseLanguage(location.search, navigator.languages), {
  en,
  es,
  it,
  fa,
  ar,
  ru,
});
export const { t, language, direction } = i18n;

/** What core says by code. */
export const said = createSaid(language);

/** A rule in words; one that a package has, or a flow made up, by its name. */
export const ruleName = (rule: string): string => said.rule(rule) ?? (rule === 'other' ? t('other') : rule);

const numbers = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
const shares = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
const money = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const changes = new Intl.NumberFormat(language, {
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});

export const number = (value: number): string => numbers.format(value);
export const shortNumber = (value: number): string => short.format(value);
export const share = (value: number): string => shares.format(value);
export const change = (value: number): string => changes.format(value);
/** @param currencies of the configured prices, as people wrote them: with one of them it is told, and several make no sum of money */
export function cost(value: number, [currency = '', ...others]: readonly string[]): string {
  if (!currency || others.length > 0) return money.format(value);
  try {
    return new Intl.NumberFormat(language, {
      ...{ style: 'currency', currency, currencyDisplay: 'narrowSymbol', maximumSignificantDigits: 3 },
    }).format(value);
  } catch {
    // No code of ISO 4217: a word.
    return `${money.format(value)} ${currency}`;
  }
}

const lists = new Intl.ListFormat(language);
export const list = (all: readonly string[]): string => lists.format(all);

const unit = (name: 'millisecond' | 'second' | 'minute' | 'hour', maximumFractionDigits: number) =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits });
const milliseconds = unit('millisecond', 0);
const seconds = unit('second', 1);
const minutes = unit('minute', 1);
const hours = unit('hour', 1);

/** @param ms in the unit that tells it best */
export function duration(ms: number): string {
  if (ms < 1_000) return milliseconds.format(ms);
  if (ms < 90_000) return seconds.format(ms / 1_000);
  return ms < 90 * 60_000 ? minutes.format(ms / 60_000) : hours.format(ms / 3_600_000);
}

/** Beside a picture, where nothing has no unit. */
export const shortDuration = (ms: number): string => (ms === 0 ? number(0) : duration(ms));

const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(language, { month: 'short', year: '2-digit' });
const wholeHour = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const wholeDay = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'long' });
const wholeMonth = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' });

/** A step below its picture. @param at UTC milliseconds */
export const stepName = (at: number, step: Span['step']): string =>
  (step === 'hour' ? clock : step === 'month' ? month : day).format(at);

/** The same where there is room. */
export function stepTitle(at: number, step: Span['step']): string {
  if (step === 'hour') return wholeHour.format(at);
  if (step === 'month') return wholeMonth.format(at);
  return step === 'week' ? t('step.week', { day: wholeDay.format(at) }) : wholeDay.format(at);
}
