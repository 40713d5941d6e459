/** What WAHA's refusals mean for a send. It has no codes: the status and the engine's own words tell. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { SendFailure, SendResult } from '../../core/ports.ts';
import { list, object, text } from '../shared/json.ts';
import { type JsonAnswer, retryAfterMs } from '../shared/send.ts';
import { joined } from '../shared/words.ts';
import { healthOf } from './health.ts';

interface Rule {
  says: RegExp;
  failure: SendFailure;
  action: string;
}

/** The first that fits. An engine's refusal comes as an error of the server, so these go before the status. */
const RULES: readonly Rule[] = [
  {
    says: /\berror 463\b/i,
    failure: 'account',
    action: 'WhatsApp lets this number begin no new chats for now; answer only people who wrote first, and wait.',
  },
  {
    says: /\bno lid (?:found )?for\b|not (?:registered )?on whatsapp|number (?:does not|doesn't) exist/i,
    failure: 'recipient',
    action: 'WhatsApp does not know this number: check it, or let the customer write first.',
  },
  {
    says: /session .{0,100}(?:not found|does not exist|doesn't exist)/i,
    failure: 'account',
    action: 'WAHA has no such session; check the session id of the account.',
  },
];

/** @param session the account's */
export function failureOf({ status, headers, json }: JsonAnswer, session: string): SendResult {
  const answer = object(json);
  const failed = (failure: SendFailure, action: string, message = wordsOf(answer) || `HTTP ${status}`): SendResult => ({
    ok: false,
    failure,
    error: { code: `WAHA_${status}`, message, action },
  });
  if (status === 401 || status === 403) return failed('account', 'Check the API key of the account.');
  if (status === 429)
    return { ...failed('retry', 'WAHA asks to slow down.'), retryAfterMs: retryAfterMs(headers) } as SendResult;
  const health = healthOf(text(answer?.status) ?? '', session);
  if (health?.error) {
    const { message, action = '' } = health.error;
    // One that starts is there in a moment; the others wait for a person.
    return failed(text(answer?.status) === 'STARTING' ? 'retry' : 'account', action, message);
  }
  const rule = RULES.find(({ says }) => says.test(wordsOf(answer)));
  if (rule) return failed(rule.failure, rule.action);
  if (status === 404) return failed('account', 'Check the API address of the account: WAHA is not there, or very old.');
  if (status === 422 || status >= 500) return failed('retry', 'WAHA had a passing problem; see its log if it stays.');
  return failed('request', 'WAHA refuses this message; look at its text and media.');
}

/** Its own words, or the engine's. */
export function wordsOf(answer: JsonObject | undefined): string {
  const exception = object(answer?.exception);
  const messages: Json[] = [...list(answer?.message), ...list(exception?.message)];
  return joined(messages) || text(answer?.error) || '';
}
