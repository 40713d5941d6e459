import { expect, test } from 'vitest';
import { createJournal } from './journal.ts';

const call = {
  at: 0,
  platform: 'telegram',
  account: 'a',
  method: 'sendMessage',
  thread: '1',
  send: true,
  body: {},
  status: 200,
  response: {},
  schemaErrors: [],
} as const;

test('the last 5,000 calls are kept, and their numbers go on after a clear', () => {
  const journal = createJournal();
  for (let i = 0; i < 7_500; i += 1) journal.record({ ...call, schemaErrors: [] });
  const kept = journal.calls();
  expect([kept.length, kept[0]?.seq, kept.at(-1)?.seq]).toEqual([5_000, 2_501, 7_500]);
  journal.clear();
  expect(journal.calls()).toEqual([]);
  expect(journal.record({ ...call, schemaErrors: [] }).seq).toBe(7_501);
});
