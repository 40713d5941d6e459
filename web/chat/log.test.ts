import { expect, test } from 'vitest';
import type { Message } from './frames.ts';
import { again, type Log, merge, tapped, typed } from './log.ts';

const said = (id: string, cursor: number, author: Message['author'] = 'bot'): Message => ({
  ...{ id, cursor, author, at: cursor, text: `${id} ${cursor}` },
});
const open = (log: Log, ...messages: Message[]) =>
  merge(log, {
    ...{
      type: 'open',
      chat: 'c',
      title: 'T',
      language: 'en',
      guest: true,
      mode: 'bot',
      cursor: 9,
      more: false,
      read: 0,
    },
    ...{ heartbeat_ms: 25_000, longest_text: 4_000, messages },
  });
const ids = (log: Log) => log.map(({ id }) => id);

test('stands in the order in which it came, each once, and what is on its way last', () => {
  let log = open([], said('a', 1, 'customer'), said('b', 2));
  log = typed(log, 'mine', 'Hola', 5);
  log = merge(log, { type: 'message', ...said('c', 4) });
  expect(ids(log)).toEqual(['a', 'b', 'c', 'mine']);
  log = merge(log, { type: 'stored', id: 'mine', cursor: 3 });
  expect(ids(log)).toEqual(['a', 'b', 'mine', 'c']);
  log = open(log, said('c', 4), said('mine', 3, 'customer'));
  expect([ids(log), log.map(({ state }) => state)]).toEqual([
    ['a', 'b', 'mine', 'c'],
    ['said', 'said', 'said', 'said'],
  ]);
});

test('of a long message the last that is told holds', () => {
  const log = merge(open([], said('a', 1), said('b', 2)), { type: 'message', ...said('a', 3) });
  expect(log.map(({ text }) => text)).toEqual(['b 2', 'a 3']);
});

test('what is not taken says why, and may be tried again', () => {
  let log = merge(typed([], 'mine', 'Hola', 1), { type: 'error', code: 'off', message: 'No.', id: 'mine' });
  expect(log).toMatchObject([{ state: 'failed', why: 'off' }]);
  log = again(log, 'mine');
  expect(log).toMatchObject([{ state: 'sending', why: undefined }]);
  expect(merge(log, { type: 'error', code: 'invalid', message: 'No.' })).toBe(log);
});

test('a tapped button is a message, and is free again where it is not taken', () => {
  const offer = open([], { ...said('a', 1), buttons: [{ id: 'yes', title: 'Yes' }] });
  const log = tapped(offer, 'mine', 'a', { id: 'yes', title: 'Yes' }, 5);
  expect(log).toMatchObject([
    { id: 'a', tapped: 'yes' },
    { id: 'mine', text: 'Yes', of: 'a', state: 'sending' },
  ]);
  const refused = merge(log, { type: 'error', code: 'not-offered', message: 'No.', id: 'mine' });
  expect(refused).toMatchObject([{ tapped: undefined }, { state: 'failed' }]);
});
