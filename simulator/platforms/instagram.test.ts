import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../core/model.ts';
import { startSimulator } from '../server.ts';
import { metaSignature } from '../signing.ts';
import { dig, post } from '../testing.ts';
import type { InstagramAction } from './instagram-webhooks.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const simulator = await startSimulator({ now: () => NOW });
const ACCOUNT = '17841400000000042';
const url = `${simulator.url}/instagram/v25.0/${ACCOUNT}/messages`;
const send = (body: Json, headers: Record<string, string> = { authorization: 'Bearer t' }) => post(url, body, headers);
const recipient = { id: '2001' };
const customer = recipient;

beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

test('text, quick replies, media and templates', async () => {
  const quick_replies = [{ content_type: 'text', title: 'Yes', payload: 'y' }];
  const text = await send({ recipient, messaging_type: 'RESPONSE', message: { text: 'ok?', quick_replies } });
  expect(text.status).toBe(200);
  expect(text.body).toEqual({ recipient_id: '2001', message_id: expect.stringMatching(/^aWdf/) });
  const image = { type: 'image', payload: { url: 'https://example.com/a.jpg' } };
  await send({ recipient, message: { attachment: image } });
  await send({ recipient, message: { attachments: [image, image] } });
  const buttons = [{ type: 'postback', title: 'Track', payload: 'track' }];
  await send({
    recipient,
    message: { attachment: { type: 'template', payload: { template_type: 'button', text: 'Next?', buttons } } },
  });
  expect(simulator.calls()).toMatchObject([
    {
      account: ACCOUNT,
      method: 'messages.text',
      thread: '2001',
      text: 'ok?',
      buttons: [{ id: 'y', title: 'Yes' }],
      messageId: text.body.message_id,
    },
    { method: 'messages.image', media: [{ kind: 'image', url: image.payload.url }] },
    { media: [{ kind: 'image' }, { kind: 'image' }] },
    { method: 'messages.template', text: 'Next?', buttons: [{ id: 'track', title: 'Track' }] },
  ]);
  expect(simulator.calls().map(({ status, send }) => [status, send])).toEqual(Array(4).fill([200, true]));
});

test('actions are no messages', async () => {
  for (const sender_action of ['typing_on', 'mark_seen'])
    expect((await send({ recipient, sender_action })).body).toEqual({ recipient_id: '2001' });
  expect(simulator.calls({ send: false }).map((call) => call.method)).toEqual([
    'messages.typing_on',
    'messages.mark_seen',
  ]);
});

test.each([
  ['1,002 bytes in 501 letters', { recipient, message: { text: 'ж'.repeat(501) } }, '1002 bytes'],
  ['an empty text', { recipient, message: { text: '' } }, 'fewer than 1'],
  ['nobody', { message: { text: 'a' } }, 'recipient'],
  [
    'a link without TLS',
    { recipient, message: { attachment: { type: 'image', payload: { url: 'http://a.b/c' } } } },
    'pattern',
  ],
  [
    'a long quick reply',
    {
      recipient,
      message: { text: 'a', quick_replies: [{ content_type: 'text', title: 'x'.repeat(21), payload: 'p' }] },
    },
    'more than 20',
  ],
])('%s is refused', async (_what, body, words) => {
  const { status, body: answer } = await send(body);
  expect(status).toBe(400);
  expect(answer.error).toMatchObject({ type: 'OAuthException', code: 100 });
  expect(simulator.calls()[0]?.schemaErrors.join()).toContain(words);
});

test('1,000 bytes pass', async () => {
  expect((await send({ recipient, message: { text: 'ж'.repeat(500) } })).status).toBe(200);
});

test('the token comes as a header or in the query', async () => {
  const body = { recipient, message: { text: 'a' } };
  const missing = await send(body, {});
  expect([missing.status, dig(missing.body, 'error', 'code')]).toEqual([401, 190]);
  expect((await post(`${url}?access_token=t`, body)).status).toBe(200);
});

const ACTIONS: [InstagramAction, (string | number)[], unknown][] = [
  [{ customer, kind: 'text', text: 'hola', replyTo: 'm1' }, ['message', 'reply_to'], { mid: 'm1' }],
  [
    { customer, kind: 'text', text: 'a', story: { id: '1', url: 'https://a.b' } },
    ['message', 'reply_to', 'story', 'id'],
    '1',
  ],
  [{ customer, kind: 'quick-reply', title: 'Yes', payload: 'y' }, ['message', 'quick_reply'], { payload: 'y' }],
  [{ customer, kind: 'postback', title: 'Buy', payload: 'b' }, ['postback', 'payload'], 'b'],
  [{ customer, kind: 'photo', text: 'see' }, ['message', 'attachments', 0, 'type'], 'image'],
  [{ customer, kind: 'video' }, ['message', 'attachments', 0, 'type'], 'video'],
  [{ customer, kind: 'voice' }, ['message', 'attachments', 0, 'type'], 'audio'],
  [{ customer, kind: 'document' }, ['message', 'attachments', 0, 'type'], 'file'],
  [{ customer, kind: 'sticker' }, ['message', 'attachments', 0, 'type'], 'image'],
  [{ customer, kind: 'share' }, ['message', 'attachments', 0, 'type'], 'ig_post'],
  [{ customer, kind: 'story-mention' }, ['message', 'attachments', 0, 'type'], 'story_mention'],
  [{ customer, kind: 'unsupported' }, ['message', 'is_unsupported'], true],
  [
    { customer, kind: 'reaction', messageId: 'm1', emoji: '❤️' },
    ['reaction'],
    { mid: 'm1', action: 'react', reaction: 'other', emoji: '❤️' },
  ],
  [{ customer, kind: 'reaction', messageId: 'm1', emoji: '' }, ['reaction'], { mid: 'm1', action: 'unreact' }],
  [{ customer, kind: 'edit', messageId: 'm1', text: 'n' }, ['message_edit'], { mid: 'm1', text: 'n', num_edit: 1 }],
  [{ customer, kind: 'delete', messageId: 'm1' }, ['message'], { mid: 'm1', is_deleted: true }],
  [{ customer, kind: 'read', messageId: 'm1' }, ['read'], { mid: 'm1' }],
  [{ customer, kind: 'referral', ref: 'spring' }, ['referral', 'ref'], 'spring'],
];

test.each(ACTIONS)('webhook of %o', (action, path, value) => {
  const payload = JSON.parse(simulator.webhook('instagram', action, { account: ACCOUNT }).body);
  expect(payload.entry[0]).toMatchObject({ id: ACCOUNT, time: NOW });
  const [event] = payload.entry[0].messaging;
  expect(event).toMatchObject({ sender: customer, recipient: { id: ACCOUNT }, timestamp: NOW });
  expect(dig(event, ...path)).toEqual(value);
});

test('a person writes from the app, and our own sends come back, both as echoes', async () => {
  const { body } = await send({ recipient, message: { text: 'from us' } });
  const messageId = String(body.message_id);
  const event = (action: InstagramAction) =>
    JSON.parse(simulator.webhook('instagram', action, { account: ACCOUNT }).body).entry[0].messaging[0];
  expect(event({ kind: 'own-echo', messageId })).toEqual({
    sender: { id: ACCOUNT },
    recipient: customer,
    timestamp: NOW,
    message: { mid: messageId, text: 'from us', is_echo: true },
  });
  const human = event({ kind: 'echo', customer, text: 'a person' });
  expect(human.message).toMatchObject({ text: 'a person', is_echo: true });
  expect(human.message.mid).not.toBe(messageId);
  expect(() => simulator.webhook('instagram', { kind: 'own-echo', messageId: 'unknown' })).toThrow(TypeError);
});

test('a batch has one entry an account and one signature', () => {
  const webhook = simulator.webhook(
    'instagram',
    [
      { customer, kind: 'text', text: 'á' },
      { customer, kind: 'text', text: 'b', account: '999' },
      { customer, kind: 'text', text: 'c' },
    ],
    { account: ACCOUNT, secret: 'app-secret-1' },
  );
  const payload = JSON.parse(webhook.body);
  expect(payload.entry.map((entry: Json) => [dig(entry, 'id'), dig(entry, 'messaging', 'length')])).toEqual([
    [ACCOUNT, 2],
    ['999', 1],
  ]);
  expect(new Set(webhook.ids).size).toBe(3);
  expect(webhook.headers['x-hub-signature-256']).toBe(metaSignature(webhook.body, 'app-secret-1'));
});
