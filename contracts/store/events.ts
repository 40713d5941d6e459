/** What the parts of the Store's contract tell it. */
import type { Account } from '../../core/accounts.ts';
import { newId } from '../../core/ids.ts';
import type { Call, Decision, OpenQuestion, Upload, WebhookRecord } from '../../core/model.ts';
import type { ParsedMessage } from '../../core/ports.ts';

export const T0 = Date.UTC(2026, 10, 20, 10);

export const ACCOUNT = {
  id: 'acc',
  channel: { id: 'telegram' },
  takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
  reopens: false,
  burst: true,
} as Account;

export const log = (at = T0): WebhookRecord => ({
  id: newId(at),
  at,
  channel: 'telegram',
  accountId: 'acc',
  path: '/hook',
  eventType: 'message.text',
  status: 200,
  payload: '{}',
});

export function said(
  text: string,
  key: string | undefined,
  person = '7',
  more: Partial<ParsedMessage> = {},
): ParsedMessage {
  return {
    kind: 'message',
    type: 'message.text',
    key,
    text,
    media: [],
    platformId: key && `${person}:${key}`,
    thread: { kind: 'private', identities: [{ kind: 'telegram', value: person }], address: { chat_id: person } },
    ...more,
  };
}

export const PASS = (): Decision => ({ gate: 'gateway', result: 'pass', rule: 'all', reason: '', at: T0 });
export const BLOCK = (): Decision => ({
  gate: 'gateway',
  result: 'block',
  rule: 'takeover',
  reason: 'A human is here.',
  at: T0,
});

/** A call that goes on. */
export const callOf = (id: string, more: Partial<Call> = {}): Call => ({
  ...{ id, accountId: 'acc', conversationId: `c ${id}`, contactId: 'k', state: 'active', about: { pharmacy_id: 7 } },
  ...{ startedAt: T0, endedAt: null, seenAt: T0, secret: 'hash', recording: null, summary: '' },
  ...more,
});

/** A question that nobody could answer. */
export const questionOf = (id: string, conversationId: string, at = T0): OpenQuestion => ({
  ...{ id, conversationId, accountId: 'acc', base: 'shop', text: 'Do you ship to [NAME_1]?', language: 'en' },
  ...{ why: 'text', at },
});

/** A file that a colleague sends. */
export const uploadOf = (id: string, conversationId: string, at = T0): Upload => ({
  ...{ id, conversationId, name: 'hours.txt', type: 'text/plain', size: 5, public: false, at },
  content: 'SG9sYSE=',
});

/** How a turn ends. */
export const ending = (answered: boolean) => ({
  now: T0 + 700,
  outcome: answered ? ('answered' as const) : ('silent' as const),
  decisions: [],
  vars: {},
});
