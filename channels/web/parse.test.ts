import { expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import { message, only, sample } from '../testing.ts';
import { createWebChannel } from './web.ts';

const web = createWebChannel();

it('what was typed: known by the page’s own id, at its place in the chat', () => {
  const { chat } = sample('web', 'message') as { chat: string };
  expect(message(web, 'message')).toEqual({
    kind: 'message',
    type: 'message.text',
    key: `${chat}:in:5b0c0a7e-1`,
    platformId: `${chat}:in:5b0c0a7e-1`,
    platformAt: 1_795_100_000_001,
    text: 'Do you deliver on Saturday?',
    media: [],
    thread: { kind: 'private', identities: [{ kind: 'visitor', value: 'customer-42' }], address: { chat } },
  });
});

it('a tapped button counts as its title', () => {
  expect(message(web, 'button')).toMatchObject({
    type: 'message.button',
    text: 'Yes, please',
    choice: { id: 'yes', title: 'Yes, please' },
    thread: { identities: [{ kind: 'guest' }] },
  });
});

it.each<Json>([
  null,
  [],
  'Hola',
  {},
  { chat: 'c', id: 'i', text: 'Hola' },
  { chat: 'c', visitor: {}, id: 'i', text: 'x' },
])('these are no words of a chat: %j', (body) =>
  expect(web.parse(body)).toEqual([expect.objectContaining({ kind: 'other', wrong: expect.any(String) })]),
);

it('takes nothing by HTTP, whatever it brings', () => {
  const body = new TextEncoder().encode(JSON.stringify(sample('web', 'message')));
  for (const method of ['POST', 'GET', 'PUT', 'line'])
    expect(web.verify({ method, path: '/', query: {}, headers: {}, body }, {})).toMatchObject({
      ok: false,
      status: 403,
    });
  expect(only(web, 'message').kind).toBe('message');
});
