import { expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import { linesOf, orderIn } from './board.ts';

let seq = 0;
const message = (more: Partial<Message>): Message => ({
  ...{ id: `m${++seq}`, seq, conversationId: 'c', accountId: 'a', media: [], pending: false, answered: true },
  ...{ direction: 'out', author: 'bot', text: 'Two are left.', at: 5_000, turnId: 't', state: 'read' },
  ...more,
});
const asked = message({ direction: 'in', author: 'customer', text: 'How many?', at: 3_800, state: undefined });

it('tells how long an answer took after the last words that it answers', () => {
  const before = message({ direction: 'in', author: 'customer', text: 'Well,', at: 1_000, state: undefined });
  const system = message({ author: 'system', turnId: null });
  expect(linesOf([system, before, asked, message({})]).map(({ author, afterMs }) => [author, afterMs])).toEqual([
    ['system', null],
    ['customer', null],
    ['customer', null],
    ['bot', 1_200],
  ]);
});

it('tells what was heard of an answer, also where that is nothing', () => {
  const error = { code: 'interrupted', message: 'The caller spoke before it was said.' };
  const cut = [
    message({ text: 'Two', unheard: ' are left.' }),
    message({ state: 'discarded', error, text: 'Four dollars.' }),
  ];
  expect(linesOf(cut)).toMatchObject([
    { text: 'Two', unheard: ' are left.' },
    { text: '', unheard: 'Four dollars.' },
  ]);
});

it('leaves out what was never said: held back, waiting, taken back, without words', () => {
  const gone = [
    message({ state: 'discarded', error: { code: 'takeover', message: 'A person has it.' } }),
    ...(['draft', 'queued', 'failed'] as const).map((state) => message({ state })),
    message({ deletedAt: 6_000 }),
    message({ text: '' }),
  ];
  expect(linesOf(gone)).toEqual([]);
});

it('finds the number of an order in what a tool answered', () => {
  expect(orderIn({ order_id: 453, total: 92.5 })).toBe('453');
  expect(orderIn({ orderNumber: 'A-7' })).toBe('A-7');
  for (const other of [null, 'order_id', [453], { order_id: null }, { border_id: 1 }, { order: {} }])
    expect(orderIn(other)).toBeNull();
});
