/** A step of a timeline as a sentence in the reader's language. Pure. */
import type { Said } from '../../said.ts';
import type { Values } from '../../translate.ts';
import type { Writing } from '../../writing.ts';
import type { Entry } from './api.ts';

export interface SentenceParts {
  language: string;
  t(key: string, values?: Values): string;
  said: Said;
  writing: Pick<Writing, 'time' | 'moment' | 'list'>;
}

export interface Sentence {
  text: string;
  /** Behind it: somebody else's words of why, and what to do. */
  why: string;
}

/** What a sentence is made of. */
export type Sayable = Omit<Entry, 'at'>;

export function createSentence({ language, t, said, writing }: SentenceParts): (told: Sayable) => Sentence {
  const names = new Intl.DisplayNames(language, { type: 'language' });
  const languageName = (code: string): string => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };

  function shownAs(name: string, value: string | number): string | number {
    if (name.endsWith('At')) return writing.time(Number(value));
    if (name.endsWith('Ms')) return writing.moment(Number(value));
    if (name === 'language') return languageName(String(value));
    if (name === 'kind') return t(`media.${value}`);
    return value;
  }

  const ruleWords = ({ rule, detail }: Sayable): string => {
    if (!rule) return '';
    const own = t(`rule.${rule}`);
    return said.rule(rule) ?? (own === `rule.${rule}` ? (detail ?? rule) : own);
  };

  return (told) => {
    const { code, values = {}, detail = '', error, masked = [] } = told;
    const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownAs(name, value)]));
    if (typeof values.status === 'string') shown.status = t(`status.${values.status}`);
    const hidden = masked.map(({ kind, count }) => t(`masked.${kind}`, { n: count }));
    const text = t(code, { ...shown, rule: ruleWords(told), list: writing.list(hidden) });
    const problem = error && said.problem({ ...error, action: error.action ?? '' });
    const words = problem ? [problem.text, problem.action, problem.detail ?? ''] : [detail];
    return { text, why: words.filter(Boolean).join(' ') };
  };
}
