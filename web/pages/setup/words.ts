/** The page's language and words, and those of the lines of set-up. */
import linesAr from '../../../core/setup/locales/ar.json' with { type: 'json' };
import linesEn from '../../../core/setup/locales/en.json' with { type: 'json' };
import linesEs from '../../../core/setup/locales/es.json' with { type: 'json' };
import linesFa from '../../../core/setup/locales/fa.json' with { type: 'json' };
import linesIt from '../../../core/setup/locales/it.json' with { type: 'json' };
import linesRu from '../../../core/setup/locales/ru.json' with { type: 'json' };
import type { SetupLine, SetupPart } from '../../../core/setup/report.ts';
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createTranslate } from '../../translate.ts';
import { createWriting } from '../../writing.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

type Own = keyof typeof en;

export const i18n = createI18n<Own>(chooseLanguage(location.search, navigator.languages), { en, es, it, fa, ar, ru });
export const { t, language } = i18n;

/** What core says by code. */
export const said = createSaid(language);

const { time } = createWriting(language);
const LINES = { en: linesEn, es: linesEs, it: linesIt, fa: linesFa, ar: linesAr, ru: linesRu };
const words: Record<string, string | undefined> = LINES[language];
const translate = createTranslate(language, words);

/** What a line says, and what to do; `detail`: in English, what is particular. */
export interface Told {
  text: string;
  todo?: string;
  detail?: string;
}

export function told({ code, values: { at, ...values }, problem }: SetupLine): Told {
  if (problem) {
    const { text, action, detail } = said.problem(problem);
    return { text, ...(action && { todo: action }), ...(detail && { detail }) };
  }
  const filled = { ...values, ...(at !== undefined && { at: time(Number(at)) }) };
  const todo = `${code}.todo`;
  return { text: translate(code, filled), ...(words[todo] !== undefined && { todo: translate(todo, filled) }) };
}

/** Channels that the page has a guide for; others may come as packages. */
const GUIDES: readonly string[] = ['telegram', 'whatsapp', 'instagram', 'waha'];

/** How its real platform is connected, step by step; empty where nobody wrote it down. */
export const guide = (channel: string): string[] =>
  GUIDES.includes(channel) ? [1, 2, 3].map((step) => t(`guide.${channel}.${step}` as Own)) : [];

const TITLES = {
  shop: 'part.shop',
  model: 'part.model',
  speech: 'part.speech',
  knowledge: 'part.knowledge',
  server: 'part.server',
} as const;

/** What a part is called. */
export const titleOf = ({ kind, name, prefix }: SetupPart): string =>
  kind === 'account' ? name : [t(TITLES[kind]), name, prefix].filter(Boolean).join(' · ');
