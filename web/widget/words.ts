/** The widget's words. */
import { createTranslate, directionOf, type Values } from '../translate.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

const CATALOGS = { en, es, it, fa, ar, ru };
type Language = keyof typeof CATALOGS;

export type Key = keyof typeof en;

export interface WidgetWords {
  language: Language;
  direction: 'ltr' | 'rtl';
  t(key: Key, values?: Values): string;
  /** Undefined where there are no such words. */
  maybe(key: string): string | undefined;
  time(at: number): string;
  /** As minutes and seconds. */
  clock(ms: number): string;
}

/** @param wanted languages, best first: `['ar', 'es-MX']` */
export function createWords(wanted: readonly string[]): WidgetWords {
  const codes = wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  const language = codes.find((code): code is Language => Object.hasOwn(CATALOGS, code)) ?? 'en';
  const catalog = CATALOGS[language];
  const translate = createTranslate(language, catalog);
  const times = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2 });
  const whole = new Intl.NumberFormat(language, { useGrouping: false });
  return {
    language,
    direction: directionOf(language),
    t: translate,
    maybe: (key) => (Object.hasOwn(catalog, key) ? translate(key) : undefined),
    time: (at) => times.format(at),
    clock(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1_000));
      return `${whole.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
    },
  };
}
