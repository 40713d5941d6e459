import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../core/model.ts';
import { startSimulator } from '../server.ts';
import { dig, OGG_OPUS, post } from '../testing.ts';
import type { WahaAction } from './waha-webhooks.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const simulator = await startSimulator({ now: () => NOW });
const api = `${simulator.url}/waha/api`;
const key = { 'x-api-key': 'k' };
const CHAT = '15550001111@c.us';
const customer = { phone: '+1 555 000 1111', name: 'Zoë' };
const send = (method: string, body: object, headers: Record<string, string> = key) =>
  post(`${api}/${method}`, { session: 'shop', chatId: CHAT, ...body } as Json, headers);
const get = async (path: string) => {
  const response = await fetch(`${api}/${path}`, { headers: key });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

test('text and files', async () => {
  const text = await send('sendText', { text: 'ok?', id: '3EB0OWN' });
  expect(text).toMatchObject({ status: 201, body: { id: `true_${CHAT}_3EB0OWN`, ack: 0, source: 'api' } });
  const url = 'https://example.com/a';
  await send('sendImage', { file: { url, mimetype: 'image/jpeg' }, caption: 'see' });
  await send('sendVoice', { file: { url, mimetype: 'audio/ogg; codecs=opus' }, convert: false });
  await send('sendVideo', { file: { url, mimetype: 'video/mp4', filename: 'a.mp4' } });
  await send('sendFile', { file: { url, mimetype: 'application/pdf', filename: 'a.pdf' } });
  expect(simulator.calls({ thread: '15550001111' })).toMatchObject([
    { account: 'shop', method: 'sendText', text: 'ok?', messageId: '3EB0OWN', send: true },
    { method: 'sendImage', text: 'see', media: [{ kind: 'image', url }] },
    { method: 'sendVoice', media: [{ kind: 'voice' }] },
    { method: 'sendVideo', media: [{ kind: 'video' }] },
    { method: 'sendFile', media: [{ kind: 'document' }] },
  ]);
  expect(simulator.calls().flatMap(({ schemaErrors }) => schemaErrors)).toEqual([]);
});

test('a voice note comes in the request, as Opus or to be converted', async () => {
  const file = (content: string) => ({
    mimetype: 'audio/ogg; codecs=opus',
    filename: 'voice.ogg',
    data: Buffer.from(content, 'latin1').toString('base64'),
  });
  expect((await send('sendVoice', { file: file(OGG_OPUS), convert: false })).status).toBe(201);
  expect((await send('sendVoice', { file: file('RIFF….WAVE'), convert: true })).status).toBe(201);
  expect((await send('sendVoice', { file: file('RIFF….WAVE'), convert: false })).status).toBe(400);
  expect((await send('sendVoice', { file: { ...file(''), data: 'no base64' }, convert: true })).status).toBe(400);
  expect(simulator.calls()[0]).toMatchObject({
    media: [{ kind: 'voice' }],
    body: { file: { data: `${OGG_OPUS.length} bytes` } },
  });
});

test('typing, read marks and ids are no messages', async () => {
  expect((await get('shop/new-message-id')).body.id).toMatch(/^3EB0[0-9A-F]{18}$/);
  for (const method of ['sendSeen', 'startTyping', 'stopTyping']) expect((await send(method, {})).status).toBe(201);
  expect(simulator.calls().map(({ send, method }) => [send, method])).toEqual([
    [false, 'newMessageId'],
    [false, 'sendSeen'],
    [false, 'startTyping'],
    [false, 'stopTyping'],
  ]);
});

test.each([
  ['a field that is none', 'sendText', { text: 'a', reply: 'x' }, 'additional'],
  ['an empty text', 'sendText', { text: '' }, 'fewer than 1'],
  ['nobody', 'sendText', { text: 'a', chatId: '+1 555' }, 'no chat'],
  ['a video without a name', 'sendVideo', { file: { url: 'https://a.b/c', mimetype: 'video/mp4' } }, 'filename'],
])('%s is refused', async (_what, method, body, words) => {
  expect((await send(method, body)).status).toBe(400);
  expect(simulator.calls()[0]?.schemaErrors.join()).toContain(words);
});

test('no key, no path', async () => {
  expect((await send('sendText', { text: 'a' }, {})).status).toBe(401);
  expect((await send('sendSmoke', {})).status).toBe(404);
});

test('a session that does not work sends nothing, and says so', async () => {
  const event = (status: 'SCAN_QR_CODE' | 'WORKING') =>
    JSON.parse(simulator.webhook('waha', { kind: 'session', status }, { account: 'shop' }).body);
  expect(event('SCAN_QR_CODE')).toMatchObject({
    event: 'session.status',
    session: 'shop',
    payload: { status: 'SCAN_QR_CODE', statuses: [{ timestamp: NOW }] },
  });
  expect(await send('sendText', { text: 'a' })).toMatchObject({ status: 422, body: { status: 'SCAN_QR_CODE' } });
  expect((await get('sessions/shop')).body).toMatchObject({ status: 'SCAN_QR_CODE', me: null });
  event('WORKING');
  expect((await send('sendText', { text: 'a' })).status).toBe(201);
});

test('a session keeps its configuration', async () => {
  const config = { metadata: { a: 1 }, webhooks: [{ url: 'https://x.y/z', events: ['message.any'], hmac: null }] };
  const body = JSON.stringify({ config });
  const headers = { ...key, 'content-type': 'application/json' };
  expect((await fetch(`${api}/sessions/shop`, { method: 'PUT', headers, body })).status).toBe(200);
  expect((await get('sessions/shop')).body).toMatchObject({ name: 'shop', status: 'WORKING', config });
});

const payloadOf = (action: WahaAction) => JSON.parse(simulator.webhook('waha', action).body);

const ACTIONS: [WahaAction, string, (string | number)[], unknown][] = [
  [{ customer, kind: 'text', text: 'hola', replyTo: 'A1' }, 'message.any', ['replyTo', 'id'], 'A1'],
  [{ customer, kind: 'text', text: 'hola', event: 'message' }, 'message', ['from'], CHAT],
  [{ customer, kind: 'photo', caption: 'see' }, 'message.any', ['body'], 'see'],
  [{ customer, kind: 'voice' }, 'message.any', ['media', 'mimetype'], 'audio/ogg; codecs=opus'],
  [{ customer, kind: 'voice', missing: true }, 'message.any', ['media'], null],
  [{ customer, kind: 'document' }, 'message.any', ['media', 'filename'], 'document.pdf'],
  [{ customer, kind: 'location', latitude: 1.5, longitude: 2 }, 'message.any', ['location', 'latitude'], '1.5'],
  [{ customer, kind: 'contact', phone: '+34 600', firstName: 'Luis' }, 'message.any', ['vCards', 'length'], 1],
  [{ customer, kind: 'text', text: 'a', group: '120363001' }, 'message.any', ['participant'], CHAT],
  [{ customer, kind: 'edit', messageId: 'A1', text: 'n' }, 'message.edited', ['editedMessageId'], 'A1'],
  [{ customer, kind: 'delete', messageId: 'A1' }, 'message.revoked', ['revokedMessageId'], 'A1'],
  [{ customer, kind: 'reaction', messageId: 'A1', emoji: '❤️' }, 'message.reaction', ['reaction', 'text'], '❤️'],
  [{ customer, kind: 'status', messageId: 'A1', status: 'failed' }, 'message.ack', ['ack'], -1],
  [{ customer, kind: 'echo', text: 'a person' }, 'message.any', ['source'], 'app'],
];

test.each(ACTIONS)('webhook of %o', (action, event, path, value) => {
  const call = payloadOf(action);
  expect(call).toMatchObject({ event, session: 'default', timestamp: NOW, me: { id: '15550783881@c.us' } });
  expect(dig(call.payload, ...path)).toEqual(value);
});

test.each([
  ['NOWEB', ['key', 'remoteJidAlt']],
  ['GOWS', ['Info', 'SenderAlt']],
] as const)('%s tells the phone beside a hidden id in its own place; WEBJS does not', (engine, path) => {
  const action = { kind: 'text', text: 'a', customer: { ...customer, lid: '777000111' } } as const;
  const { payload } = payloadOf({ ...action, engine });
  expect(payload.from).toBe('777000111@lid');
  expect(dig(payload._data, ...path)).toBe('15550001111@s.whatsapp.net');
  expect(JSON.stringify(payloadOf({ ...action, engine: 'WEBJS' }).payload)).not.toContain('15550001111');
  expect(simulator.calls({ thread: '777000111@lid' })).toEqual([]);
});

test('our own sends come back; NOWEB says that a person wrote them', async () => {
  await send('sendText', { text: 'from us', id: 'OWN1' });
  const echo = (engine: 'GOWS' | 'NOWEB') => payloadOf({ kind: 'own-echo', messageId: 'OWN1', engine }).payload;
  expect(echo('GOWS')).toMatchObject({
    id: `true_${CHAT}_OWN1`,
    fromMe: true,
    source: 'api',
    body: 'from us',
    to: CHAT,
  });
  expect(echo('NOWEB')).toMatchObject({ id: `true_${CHAT}_OWN1`, fromMe: true, source: 'app' });
  expect(() => payloadOf({ kind: 'own-echo', messageId: 'none' })).toThrow(TypeError);
});

test('files are served to whoever has the key', async () => {
  const { payload } = payloadOf({ kind: 'photo', customer });
  const { pathname } = new URL(payload.media.url);
  expect((await fetch(`${simulator.url}/waha${pathname}`, { headers: key })).headers.get('content-type')).toBe(
    'image/jpeg',
  );
  expect((await fetch(`${simulator.url}/waha${pathname}`)).status).toBe(401);
  const missing = payloadOf({ kind: 'voice', customer, missing: true }).payload;
  const whole = encodeURIComponent(missing.id);
  const asked = await get(`default/chats/${encodeURIComponent(CHAT)}/messages/${whole}?downloadMedia=true`);
  expect(asked.body).toMatchObject({ media: { url: expect.stringContaining('/api/files/default/') } });
});

test('one event a call, signed over its bytes', () => {
  const hook = simulator.webhook('waha', { kind: 'text', customer, text: 'á' }, { secret: 'word' });
  expect(hook.headers['x-webhook-hmac']).toBe(createHmac('sha512', 'word').update(hook.body).digest('hex'));
  const action: WahaAction = { kind: 'text', customer, text: 'a' };
  expect(() => simulator.webhook('waha', [action, action])).toThrow(TypeError);
});
