/** What a Telegram message says in words, whatever its kind. */
import type { Json, JsonObject } from '../../core/model.ts';
import { list, number, object, parseJson, text } from '../shared/json.ts';
import { cardWords, fieldLines, joined } from '../shared/words.ts';

/** Kinds that have words without being text; the first that is there. */
const KINDS: Record<string, (content: JsonObject) => string> = {
  venue: ({ title, address }) => joined([title, address]),
  contact: ({ first_name, last_name, phone_number }) => cardWords(joined([first_name, last_name], ' '), phone_number),
  poll: ({ question, options }) => lines(question, options),
  checklist: ({ title, tasks }) => lines(title, tasks),
  dice: ({ emoji, value }) => joined([emoji, value], ' '),
  game: ({ title, description }) => joined([title, description], '\n'),
  invoice: ({ title, description }) => joined([title, description], '\n'),
  successful_payment: ({ total_amount, currency }) => joined([amount(total_amount, currency), currency], ' '),
  web_app_data: ({ data, button_text }) => fieldLines(parseJson(text(data) ?? '')) || joined([data, button_text], '\n'),
  gift: ({ text }) => joined([text]),
  unique_gift: ({ text }) => joined([text]),
  users_shared: ({ users }) => joined(list(users).map((user) => cardWords(fullName(object(user)), undefined))),
  chat_shared: ({ title, username }) => joined([title, username]),
};

export function wordsOf(message: JsonObject): string {
  const said = text(message.text) || text(message.caption);
  if (said) return said;
  for (const [kind, words] of Object.entries(KINDS)) {
    const content = object(message[kind]);
    const found = content && words(content);
    if (found) return found;
  }
  return '';
}

function fullName(user: JsonObject | undefined): string {
  return joined([user?.first_name, user?.last_name], ' ') || (text(user?.username) ?? '');
}

function lines(title: Json | undefined, items: Json | undefined): string {
  return [text(title) ?? '', ...list(items).map((item) => `• ${text(object(item)?.text) ?? ''}`)].join('\n').trim();
}

/** Amounts come in the smallest unit; stars and yen have no smaller one. */
function amount(total: Json | undefined, currency: Json | undefined): string | undefined {
  const value = number(total);
  if (value === undefined) return undefined;
  return ['XTR', 'JPY', 'KRW', 'CLP', 'VND'].includes(text(currency) ?? '') ? String(value) : (value / 100).toFixed(2);
}
