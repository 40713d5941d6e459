import { describe, expect, it } from 'vitest';
import type { Message } from '../model.ts';
import { usableHead } from './continuity.ts';

const head = { responseId: 'r', endpoint: 'e', seq: 3 };
const message = (seq: number, more: Partial<Message>): Message => ({
  id: String(seq),
  seq,
  conversationId: 'c',
  accountId: 'a',
  direction: 'in',
  author: 'customer',
  text: 'x',
  media: [],
  at: seq * 10,
  pending: false,
  answered: true,
  turnId: 't1',
  ...more,
});
const bot = (seq: number, more: Partial<Message> = {}) =>
  message(seq, { direction: 'out', author: 'bot', state: 'sent', ...more });
/** Two messages, their answer, and the message of this turn. */
const usual = (more: Message[] = [], answer: Partial<Message> = {}) =>
  [message(1, {}), message(2, {}), bot(3, answer), ...more, message(9, { turnId: 't2' })].sort((a, b) => a.seq - b.seq);

describe('a head', () => {
  it('is used when nothing was said but its turn and this one', () => {
    expect(usableHead(head, usual(), 't2')).toBe(head);
    expect(usableHead(null, usual(), 't2')).toBeNull();
  });

  it('is used when messages of this or a later turn came while it was made', () => {
    const early = [message(1, {}), message(2, { turnId: 't2' }), bot(3), message(4, { turnId: null, pending: true })];
    expect(usableHead(head, early, 't2')).toBe(head);
  });

  it.each<[string, Message]>([
    ['a person of the business wrote', bot(4, { author: 'human', turnId: null })],
    ['a person wrote before the answer was stored', { ...bot(2, { author: 'human', turnId: null }), id: 'h' }],
    ['the system confirmed something', bot(4, { author: 'system', turnId: 't5' })],
    ['another node of the turn said something', bot(4)],
    ['a message was blocked, or answered without the model', message(4, { turnId: 't5' })],
  ])('is not when %s since', (_, foreign) => {
    expect(usableHead(head, usual([foreign]), 't2')).toBeNull();
  });

  it('is used when what came between never reached the customer', () => {
    expect(usableHead(head, usual([bot(4, { state: 'discarded', turnId: 't5' })]), 't2')).toBe(head);
  });

  it.each(['draft', 'discarded', 'failed'] as const)('is not when its answer is %s', (state) => {
    expect(usableHead(head, usual([], { state }), 't2')).toBeNull();
  });

  it('is not when its answer is out of sight, or something was edited or deleted after it', () => {
    expect(usableHead({ ...head, seq: 8 }, usual(), 't2')).toBeNull();
    for (const later of [{ editedAt: 31 }, { deletedAt: 31 }])
      expect(usableHead(head, [message(1, later), ...usual().slice(1)], 't2')).toBeNull();
    expect(usableHead(head, [message(1, { editedAt: 15 }), ...usual().slice(1)], 't2')).toBe(head);
  });
});
