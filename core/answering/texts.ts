/** What Dragoman itself says to customers, in their language. */
import type { Account } from '../accounts.ts';
import type { Courtesy } from './courtesy.ts';
import ar from './locales/ar.json' with { type: 'json' };
import de from './locales/de.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import fr from './locales/fr.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import pt from './locales/pt.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

const TEXTS: Record<string, typeof en> = { ar, de, en, es, fa, fr, it, pt, ru };

export type TextKey = Exclude<keyof typeof en, 'variants'>;

/** @param language ISO 639-1; English where we have no text in it. */
export function textIn(language: string, key: TextKey, values: Record<string, string> = {}): string {
  return filled((TEXTS[language] ?? en)[key], values);
}

const filled = (text: string, values: Record<string, string>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

const businessOf = ({ name, prompt }: Pick<Account, 'name' | 'prompt'>) =>
  prompt.facts.business?.split(/[.\n]/)[0]?.trim() || name;

/**
 * What is said where no model answers: to a courtesy, to what has no answer (`unclear`), or because the model failed (`unavailable`).
 * A greeting is the account's own text; what a failed model leaves is that text too, unless it was said lately.
 * @param said what the bot said lately; of our own texts a person is not told the same twice in a row.
 */
export function plainText(
  account: Pick<Account, 'staticTexts' | 'language' | 'name' | 'prompt'>,
  language: string,
  kind: Courtesy | 'unclear' | 'unavailable',
  said: readonly string[],
): string {
  const own = account.staticTexts[language]?.trim();
  if (own && kind === 'greeting') return own;
  if (kind === 'unavailable') {
    const other = TEXTS[language] ? undefined : account.staticTexts[account.language]?.trim();
    const text = own || other;
    if (text && !said.includes(text)) return text;
  }
  const texts = (TEXTS[language] ?? en).variants[kind].map((text) => filled(text, { business: businessOf(account) }));
  return texts.find((text) => !said.includes(text)) ?? texts[0]!;
}
