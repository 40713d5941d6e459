/** What core says by code, its errors and rules, in the language of a page. Pure. */
import ar from '../core/locales/ar.json' with { type: 'json' };
import en from '../core/locales/en.json' with { type: 'json' };
import es from '../core/locales/es.json' with { type: 'json' };
import fa from '../core/locales/fa.json' with { type: 'json' };
import it from '../core/locales/it.json' with { type: 'json' };
import ru from '../core/locales/ru.json' with { type: 'json' };
import type { Language } from './i18n.ts';

const CATALOGS: Record<Language, Record<string, string | undefined>> = { en, es, it, fa, ar, ru };

/** An error as our interfaces answer with it, in English. */
export interface Problem {
  code: string;
  message: string;
  action: string;
}

export interface Said {
  /** A rule in words; undefined for one that a package has. */
  rule(name: string): string | undefined;
  /** In English the sentences themselves, where there are some; else the code's words, with those sentences behind them as detail, for what is particular in them. */
  problem(problem: Problem): { text: string; action: string; detail?: string };
}

export function createSaid(language: Language): Said {
  const words = CATALOGS[language];
  return {
    rule: (name) => words[`rule.${name}`],
    problem({ code, message, action }) {
      const sentence = words[`error.${code}`];
      if (sentence === undefined || (language === 'en' && message)) return { text: message, action };
      const text = `${sentence.charAt(0).toLocaleUpperCase(language)}${sentence.slice(1)}.`;
      return { text, action: words[`action.${code}`] ?? '', detail: `${message} ${action}`.trim() };
    },
  };
}

/** An error as a log has it, `TURN_FAILED: …`; one of somebody else's has no code. */
export function problemIn(line: string): Problem {
  const [, code = '', message = line] = /^([A-Z][A-Z_]+): (.*)$/s.exec(line) ?? [];
  return { code, message, action: '' };
}
