import { expect, it } from 'vitest';
import { message } from '../testing.ts';
import { threadOf } from './thread.ts';
import { waha } from './waha.ts';

it('is the thread of whoever writes from that number', () => {
  const { name: _, ...thread } = message(waha, 'text-webjs').thread;
  expect(threadOf('+34600111222')).toEqual(thread);
});
