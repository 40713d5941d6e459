import { describe, expect, it } from 'vitest';
import type { Message, SendPart, SendState } from '../model.ts';
import { mailbox, readUpTo, shownOf, unseen } from './mailbox.ts';

const part = (state: SendState, cursor?: number): SendPart => ({
  request: { text: `${state} ${cursor}` },
  state,
  ...(cursor !== undefined && { platformId: `chat:${cursor}` }),
});

const out = (id: string, ...parts: SendPart[]): Message => ({
  ...{ id, seq: 1, conversationId: 'chat', accountId: 'acc', direction: 'out', author: 'bot', text: 'all', media: [] },
  ...{ at: 1, pending: false, answered: false, turnId: null, parts },
});

const own = (id: string, cursor: number): Message => ({
  ...out('stored'),
  ...{ direction: 'in', author: 'customer', text: 'Hola', platformId: `chat:in:${id}`, platformAt: cursor },
});

describe('a customer sees', () => {
  it('what has left, in the order in which it did, whenever it was written', () => {
    const messages = [out('late', part('read', 9)), own('mine', 5), out('first', part('sent', 3))];
    expect(mailbox(messages).map(({ id, cursor }) => [id, cursor])).toEqual([
      ['first', 3],
      ['mine', 5],
      ['late', 9],
    ]);
  });

  it.each(['draft', 'queued', 'sending', 'failed', 'unknown', 'discarded'] as const)('nothing that is %s', (state) =>
    expect(shownOf(out('m', part(state)))).toBeNull(),
  );

  it('of a long one what has left so far, at the place of the last of it', () => {
    const message = out('m', part('sent', 4), part('sending'), part('queued'));
    expect(shownOf(message)).toMatchObject({ cursor: 4, parts: [{ text: 'sent 4' }] });
    const justLeft = { messageId: 'm', part: 1, cursor: 6 };
    expect(shownOf(message, justLeft)).toMatchObject({ cursor: 6, parts: [{}, { text: 'sending undefined' }] });
    expect(shownOf(message, { ...justLeft, messageId: 'other' })).toMatchObject({ cursor: 4 });
  });

  it('his own words by the id that his page gave them', () => {
    expect(shownOf(own('5b0c:7', 5))).toMatchObject({ id: '5b0c:7', cursor: 5, text: 'Hola', parts: [] });
    expect(shownOf({ ...own('a', 5), deletedAt: 9 })).toBeNull();
  });
});

it('where he has read is the last that was', () => {
  const read = (id: string, cursor: number): Message => ({ ...out(id, part('read', cursor)), state: 'read' });
  expect(readUpTo([read('a', 3), read('b', 7), out('c', part('sent', 9)), own('mine', 11)])).toBe(7);
  expect(readUpTo([out('c', part('sent', 9))])).toBe(0);
});

describe('what is news', () => {
  const messages = [out('a', part('sent', 3), part('delivered', 4)), own('mine', 5), out('b', part('read', 6))];

  it('is what was not seen so yet, up to the cursor', () => {
    expect(unseen(messages, 'delivered', 9)).toEqual(['chat:3']);
    expect(unseen(messages, 'read', 9)).toEqual(['chat:3', 'chat:4']);
    expect(unseen(messages, 'read', 3)).toEqual(['chat:3']);
  });

  it('may be what the store does not know to have left', () => {
    const justLeft = { messageId: 'c', part: 0, cursor: 8 };
    expect(unseen([out('c', part('sending'))], 'delivered', 8, justLeft)).toEqual(['chat:8']);
    expect(unseen([out('c', part('sending'))], 'delivered', 8)).toEqual([]);
  });
});
