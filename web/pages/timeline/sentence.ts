/** A step of a timeline as a sentence in the reader's language. Pure. */
import { reasonsIn } from '../../../core/policy/reasons.ts';
import type { Said } from '../../said.ts';
import { createTranslate, type Values } from '../../translate.ts';
import type { Writing } from '../../writing.ts';
import type { Entry } from './api.ts';

export interface SentenceParts {
  language: string;
  t(key: string, values?: Values): string;
  said: Said;
  /** Sentences of why, by name, in the reader's language. */
  reasons: Record<string, string>;
  writing: Pick<Writing, 'time' | 'moment' | 'list'>;
}

export interface Sentence {
  text: string;
  /** Behind it: somebody else's words of why, and what to do. */
  why: string;
}

/** What a sentence is made of. */
export type Sayable = Omit<Entry, 'at'>;

export function createSentence({ language, t, said, reasons, writing }: SentenceParts): (told: Sayable) => Sentence {
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

  const because = createTranslate(language, reasons);
  /** A conversation's; a call has one too, which is a number. */
  const statusOf = ({ status }: Values): Values =>
    typeof status === 'string' ? { status: t(`status.${status}`) } : {};

  const ruleWords = ({ rule, detail }: Sayable): string => {
    if (!rule) return '';
    const own = t(`rule.${rule}`);
    return said.rule(rule) ?? (own === `rule.${rule}` ? (detail ?? rule) : own);
  };

  const known = (text: string): string | undefined =>
    reasonsIn(text)
      ?.map(({ reason, values }) => {
        const shown = Object.entries(values).map(([name, value]) => [name, shownAs(name, value)]);
        return because(reason, { ...Object.fromEntries(shown), ...statusOf(values) });
      })
      .join(' ');

  /** What we say of ourselves in the reader's words; somebody else's words as they are. */
  const reasonOf = (text: string): string => known(text) ?? text;

  /** Why somebody else failed, and what to do. */
  function problemOf({ code, message, action = '' }: NonNullable<Sayable['error']>): string[] {
    const own = known(message);
    if (own && (!action || known(action))) return [own, reasonOf(action)];
    const { text, action: todo, detail = '' } = said.problem({ code, message, action });
    const words = [text, reasonOf(todo), detail].filter(Boolean);
    return words.map((one) => (/[.!?…؟:]$/.test(one) ? one : `${one}.`));
  }

  return (told) => {
    const { code, values = {}, detail = '', error, masked = [] } = told;
    const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownAs(name, value)]));
    Object.assign(shown, statusOf(values));
    const hidden = masked.map(({ kind, count }) => t(`masked.${kind}`, { n: count }));
    const text = t(code, { ...shown, rule: ruleWords(told), list: writing.list(hidden) });
    // What somebody said stays as it was said.
    const isSaid = /^(in|out)\b/.test(code);
    const words = error ? problemOf(error) : [isSaid ? detail : reasonOf(detail)];
    return { text, why: words.filter(Boolean).join(' ') };
  };
}
