/** What a caller hears first. */
import type { Account } from '../accounts.ts';
import { plainText } from '../answering/texts.ts';
import { callText, hasCallTexts } from './texts.ts';

/**
 * The account's greeting; in a call of another language, the account's fixed text in that one, else words of ours.
 * @param language ISO 639-1, of the call; undefined: nobody has said yet
 * @returns empty where the caller begins
 */
export function greetingFor(
  account: Pick<Account, 'settings' | 'staticTexts' | 'language' | 'name' | 'prompt'>,
  language: string | undefined,
): string {
  const { greeting = '', recording } = account.settings;
  if (!greeting || !language || language === account.language) return greeting;
  const isRecorded = recording === 'on';
  const isTold = hasCallTexts(language) || (!isRecorded && account.staticTexts[language]?.trim());
  if (!isTold) return greeting;
  const text = plainText(account, language, 'greeting', []);
  // The account's own greeting is where it says so; these words do not.
  return isRecorded ? `${callText('recorded', language)} ${text}` : text;
}
