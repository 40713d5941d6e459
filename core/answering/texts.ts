/** What Dragoman itself says to customers, in their language. */
import type { Account } from '../accounts.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

const TEXTS: Record<string, typeof en> = { ar, en, es, fa, it, ru };

export type TextKey = keyof typeof en;

/** @param language ISO 639-1; English where we have no text in it. */
export function textIn(language: string, key: TextKey, values: Record<string, string> = {}): string {
  const text = (TEXTS[language] ?? en)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/**
 * What an account says when nothing else can answer: its own text in the contact's language, ours in that language, or its own in the
 * account's language.
 */
export function staticText(
  account: Pick<Account, 'staticTexts' | 'language' | 'name' | 'prompt'>,
  language: string,
): string {
  const own = account.staticTexts[language]?.trim();
  if (own) return own;
  const fallback = account.staticTexts[account.language]?.trim();
  if (fallback && (language === account.language || !TEXTS[language])) return fallback;
  const business = account.prompt.facts.business?.split(/[.\n]/)[0]?.trim() || account.name;
  return textIn(language, 'unknown', { business });
}
