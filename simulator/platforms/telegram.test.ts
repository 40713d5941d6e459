import { afterAll, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { check } from '../schema.ts';
import { startSimulator } from '../server.ts';
import { dig, OGG_OPUS, post, postForm, voiceFile } from '../testing.ts';
import type { TelegramAction } from './telegram-webhooks.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const simulator = await startSimulator({ now: () => NOW });
const TOKEN = '123456:abc';
const api = (method: string) => `${simulator.url}/telegram/bot${TOKEN}/${method}`;
const customer = { id: 4242, firstName: 'Zoë', username: 'zoe', language: 'es' };

beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

test('a message is answered as Telegram does and recorded as the customer reads it', async () => {
  const keyboard: JsonObject = {
    inline_keyboard: [
      [
        { text: 'Yes', callback_data: 'yes' },
        { text: 'Site', url: 'https://example.com' },
      ],
    ],
  };
  const body = { chat_id: 4242, text: '<b>Hi</b> &amp; bye', parse_mode: 'HTML', reply_markup: keyboard };
  const { status, body: answer } = await post(api('sendMessage'), body);
  expect(status).toBe(200);
  expect(answer.ok).toBe(true);
  expect(check('tg#/$defs/Message', answer.result)).toEqual([]);
  expect(answer.result).toMatchObject({
    from: { id: 123456, is_bot: true },
    chat: { id: 4242, type: 'private' },
    date: NOW / 1000,
    text: 'Hi & bye',
    entities: [{ type: 'bold', offset: 0, length: 2 }],
  });
  expect(simulator.calls()).toMatchObject([
    {
      platform: 'telegram',
      account: TOKEN,
      method: 'sendMessage',
      thread: '4242',
      send: true,
      text: 'Hi & bye',
      buttons: [
        { title: 'Yes', id: 'yes' },
        { title: 'Site', url: 'https://example.com' },
      ],
      status: 200,
      schemaErrors: [],
      messageId: String(dig(answer, 'result', 'message_id')),
    },
  ]);
});

test('a voice note comes as a file, and what is no Opus arrives as a document', async () => {
  const sent = await postForm(api('sendVoice'), { chat_id: '4242', voice: voiceFile() });
  expect(check('tg#/$defs/Message', sent.body.result)).toEqual([]);
  await postForm(api('sendVoice'), { chat_id: '4242', voice: voiceFile('RIFF….WAVE', 'audio/wav') });
  expect((await postForm(api('sendVoice'), { chat_id: '4242', voice: voiceFile('') })).body).toMatchObject({
    error_code: 400,
    description: expect.stringContaining('non-empty'),
  });
  expect((await postForm(api('sendVoice'), { chat_id: '4242' })).status).toBe(400);
  expect(simulator.calls()).toMatchObject([
    {
      method: 'sendVoice',
      thread: '4242',
      media: [{ kind: 'voice' }],
      body: { chat_id: '4242', voice: { name: 'voice.ogg', type: 'audio/ogg', bytes: OGG_OPUS.length } },
      status: 200,
      schemaErrors: [],
    },
    { media: [{ kind: 'document' }], status: 200 },
    { status: 400 },
    { status: 400 },
  ]);
});

test('message ids grow in each chat, together with those of the customer', async () => {
  const first = await post(api('sendMessage'), { chat_id: 1, text: 'a' });
  const second = await post(api('sendMessage'), { chat_id: 1, text: 'b' });
  const id = Number(dig(first.body, 'result', 'message_id'));
  expect(dig(second.body, 'result', 'message_id')).toBe(id + 1);
  const webhook = simulator.webhook('telegram', { kind: 'text', text: 'c', customer: { id: 1 } }, { account: TOKEN });
  expect(webhook.ids).toEqual([String(id + 2)]);
});

test.each([
  ['sendPhoto', 'photo', 'image'],
  ['sendVoice', 'voice', 'voice'],
  ['sendDocument', 'document', 'document'],
  ['sendVideo', 'video', 'video'],
  ['sendAudio', 'audio', 'audio'],
])('%s by URL', async (method, key, kind) => {
  const url = 'https://example.com/file';
  const { status, body } = await post(api(method), {
    chat_id: 5,
    [key]: url,
    caption: '<i>see</i>',
    parse_mode: 'HTML',
  });
  expect(status).toBe(200);
  expect(check('tg#/$defs/Message', body.result)).toEqual([]);
  expect(dig(body, 'result', 'caption')).toBe('see');
  expect(simulator.calls({ send: true })).toMatchObject([{ method, text: 'see', media: [{ kind, url }] }]);
});

test('methods without a message', async () => {
  for (const [method, body] of [
    ['sendChatAction', { chat_id: 5, action: 'typing' }],
    ['readBusinessMessage', { business_connection_id: 'c1', chat_id: 5, message_id: 9 }],
  ] as const)
    expect((await post(api(method), body)).body).toEqual({ ok: true, result: true });
  expect((await post(api('getMe'), {})).body.result).toMatchObject({ id: 123456, is_bot: true });
  expect(simulator.calls().map((call) => call.send)).toEqual([false, false, false]);
});

test('a callback query is answered only when there was one', async () => {
  const unknown = await post(api('answerCallbackQuery'), { callback_query_id: '1' });
  expect([unknown.status, unknown.body.description]).toEqual([400, expect.stringContaining('query is too old')]);
  const tap = simulator.webhook('telegram', { kind: 'callback', customer, data: 'yes', messageId: 7 });
  const id = String(dig(JSON.parse(tap.body), 'callback_query', 'id'));
  expect((await post(api('answerCallbackQuery'), { callback_query_id: id })).status).toBe(200);
});

test('a sent message is edited, but not into itself', async () => {
  const sent = await post(api('sendMessage'), { chat_id: 5, text: 'one' });
  const message_id = Number(dig(sent.body, 'result', 'message_id'));
  const edit = (text: string) => post(api('editMessageText'), { chat_id: 5, message_id, text });
  expect((await edit('two')).body.result).toMatchObject({ text: 'two', edit_date: NOW / 1000 });
  expect((await edit('two')).body.description).toContain('message is not modified');
  const missing = await post(api('editMessageText'), { chat_id: 5, message_id: 1, text: 'x' });
  expect(missing.body.description).toBe('Bad Request: message to edit not found');
});

test('a webhook is registered, told of and deleted; its secret is not shown', async () => {
  const url = 'https://example.com/hook';
  const set = await post(api('setWebhook'), { url, secret_token: 's-1', allowed_updates: ['message'] });
  expect(set.body).toEqual({ ok: true, result: true, description: 'Webhook was set' });
  await post(api('setWebhook'), { url: `${url}2` });
  const info = await (await fetch(api('getWebhookInfo'))).json();
  expect(check('tg#/$defs/WebhookInfo', dig(info, 'result'))).toEqual([]);
  expect(dig(info, 'result')).toMatchObject({ url: `${url}2`, allowed_updates: ['message'] });
  expect((await post(api('setWebhook'), { url: 'http://example.com' })).body.description).toContain('HTTPS');
  expect((await post(api('setWebhook'), { url: 'https://example.com:99' })).body.description).toContain('ports');
  expect((await post(api('deleteWebhook'), {})).body.description).toBe('Webhook was deleted');
  const form = await fetch(api('setWebhook'), {
    method: 'POST',
    body: new URLSearchParams({ url, allowed_updates: '["message"]', max_connections: '5' }),
  });
  expect(form.status).toBe(200);
  expect(dig(await (await fetch(api('getWebhookInfo'))).json(), 'result')).toMatchObject({ max_connections: 5 });
});

test.each([
  ['no text', 'sendMessage', { chat_id: 5 }, 'text'],
  ['an unknown key', 'sendMessage', { chat_id: 5, text: 'a', reply_to_message_id: 4 }, 'reply_to_message_id'],
  [
    'broken markup',
    'sendMessage',
    { chat_id: 5, text: '<b>a', parse_mode: 'HTML' },
    "can't parse entities: Can't find end tag",
  ],
  [
    'markup that cannot be checked',
    'sendMessage',
    { chat_id: 5, text: 'a', parse_mode: 'MarkdownV2' },
    "can't parse entities",
  ],
  ['white space', 'sendMessage', { chat_id: 5, text: '<b> </b>', parse_mode: 'HTML' }, 'message text is empty'],
  ['4,097 units', 'sendMessage', { chat_id: 5, text: 'x'.repeat(4097) }, 'message is too long'],
  ['2,049 emoji', 'sendMessage', { chat_id: 5, text: '😀'.repeat(2049) }, 'message is too long'],
  [
    '1,025 units of caption',
    'sendPhoto',
    { chat_id: 5, photo: 'https://a.b/c', caption: 'x'.repeat(1025) },
    'caption is too long',
  ],
  ['no chat', 'sendMessage', { chat_id: 'nobody', text: 'a' }, 'chat not found'],
  ['no file', 'sendPhoto', { chat_id: 5, photo: 'x' }, 'wrong file identifier'],
  ['an unknown action', 'sendChatAction', { chat_id: 5, action: 'dance' }, 'wrong parameter action'],
  [
    '65 bytes of button data',
    'sendMessage',
    {
      chat_id: 5,
      text: 'a',
      reply_markup: { inline_keyboard: [[{ text: 'b', callback_data: `${'ж'.repeat(32)}x` }]] },
    },
    'BUTTON_DATA_INVALID',
  ],
])('%s is refused', async (_what, method, body, words) => {
  const { status, body: answer } = await post(api(method), body);
  expect([status, answer.ok, answer.error_code]).toEqual([400, false, 400]);
  expect(answer.description).toMatch(/^Bad Request: /);
  expect(answer.description).toContain(words);
  const [call] = simulator.calls();
  expect(call?.schemaErrors.join()).toContain(words);
  expect(call?.messageId).toBeUndefined();
});

test('limits count what is left after parsing', async () => {
  const text = `<b>${'x'.repeat(4096)}</b>`;
  expect((await post(api('sendMessage'), { chat_id: 5, text, parse_mode: 'HTML' })).status).toBe(200);
});

test('no token, no such method, no JSON', async () => {
  expect((await post(`${simulator.url}/telegram/bot/sendMessage`, { chat_id: 1, text: 'a' })).status).toBe(401);
  expect((await post(api('sendNothing'), {})).status).toBe(404);
  expect(simulator.calls().at(-1)?.schemaErrors).toEqual(['the simulator has no method sendNothing']);
  const raw = await fetch(api('sendMessage'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(raw.status).toBe(400);
  expect((await post(api('SENDMESSAGE'), { chat_id: 1, text: 'a' })).status).toBe(200);
});

const business = { connectionId: 'bc1' };
const ACTIONS: [TelegramAction, (string | number)[], unknown][] = [
  [{ kind: 'text', customer, text: '/start now' }, ['message', 'text'], '/start now'],
  [{ kind: 'text', customer, text: 'x', replyTo: 5 }, ['message', 'reply_to_message', 'message_id'], 5],
  [{ kind: 'text', customer, text: 'x', group: { id: -1001, title: 'Team' } }, ['message', 'chat', 'type'], 'group'],
  [{ kind: 'text', customer, text: 'x', business }, ['business_message', 'business_connection_id'], 'bc1'],
  [{ kind: 'photo', customer, caption: 'c' }, ['message', 'caption'], 'c'],
  [{ kind: 'video', customer }, ['message', 'video', 'mime_type'], 'video/mp4'],
  [{ kind: 'voice', customer }, ['message', 'voice', 'mime_type'], 'audio/ogg'],
  [{ kind: 'audio', customer }, ['message', 'audio', 'file_name'], 'song.mp3'],
  [{ kind: 'document', customer, name: 'a.pdf' }, ['message', 'document', 'file_name'], 'a.pdf'],
  [{ kind: 'sticker', customer }, ['message', 'sticker', 'type'], 'regular'],
  [{ kind: 'location', customer, latitude: 1.5, longitude: 2 }, ['message', 'location', 'latitude'], 1.5],
  [{ kind: 'contact', customer, phone: '+1555', firstName: 'A' }, ['message', 'contact', 'phone_number'], '+1555'],
  [{ kind: 'unsupported', customer }, ['message', 'dice', 'value'], 4],
  [{ kind: 'callback', customer, data: 'd', messageId: 3 }, ['callback_query', 'message', 'message_id'], 3],
  [{ kind: 'edit', customer, messageId: 3, text: 'new' }, ['edited_message', 'text'], 'new'],
  [{ kind: 'edit', customer, messageId: 3, text: 'new', business }, ['edited_business_message', 'message_id'], 3],
  [
    { kind: 'reaction', customer, messageId: 3, emoji: '👍' },
    ['message_reaction', 'new_reaction', 0, 'emoji'] as string[],
    '👍',
  ],
  [{ kind: 'reaction', customer, messageId: 3, emoji: '' }, ['message_reaction', 'new_reaction', 'length'], 0],
  [{ kind: 'delete', customer, messageIds: [3], business }, ['deleted_business_messages', 'message_ids'], [3]],
  [{ kind: 'echo', customer, text: 'I', business: { ...business, ownerId: 9 } }, ['business_message', 'from', 'id'], 9],
  [
    { kind: 'echo', customer, text: 'I', by: 'away', business: { ...business, ownerId: 9 } },
    ['business_message', 'is_from_offline'],
    true,
  ],
  [
    { kind: 'echo', customer, text: 'I', by: 'bot', business: { ...business, ownerId: 9 } },
    ['business_message', 'sender_business_bot', 'is_bot'],
    true,
  ],
  [{ kind: 'business-connection', customer, connectionId: 'bc1' }, ['business_connection', 'is_enabled'], true],
  [{ kind: 'blocked', customer }, ['my_chat_member', 'new_chat_member', 'status'], 'kicked'],
  [{ kind: 'unblocked', customer }, ['my_chat_member', 'new_chat_member', 'status'], 'member'],
];

test.each(ACTIONS)('update of %o', (action, path, value) => {
  const { body } = simulator.webhook('telegram', action, { account: TOKEN });
  const update = JSON.parse(body);
  expect(check('tg#/$defs/Update', update)).toEqual([]);
  expect(dig(update, ...path)).toEqual(value);
});

test('updates have ids of their own, time and the secret header', () => {
  const action = { kind: 'text', customer, text: 'hola' } as const;
  const [a, b] = [1, 2].map(() => simulator.webhook('telegram', action, { account: TOKEN, secret: 's3cret' }));
  expect(a?.headers['x-telegram-bot-api-secret-token']).toBe('s3cret');
  const [first, second] = [a, b].map((webhook) => JSON.parse(webhook?.body ?? ''));
  expect(second.update_id).toBeGreaterThan(first.update_id);
  expect(second.message.message_id).toBeGreaterThan(first.message.message_id);
  expect(first.message.date).toBe(NOW / 1000);
  const given = simulator.webhook('telegram', { ...action, id: 77, messageId: 78, at: 5_000 });
  expect(JSON.parse(given.body)).toMatchObject({ update_id: 77, message: { message_id: 78, date: 5 } });
  expect(given.headers).not.toHaveProperty('x-telegram-bot-api-secret-token');
  expect(() => simulator.webhook('telegram', [action, action])).toThrow(TypeError);
});
