import { expect, it } from 'vitest';
import { HttpError } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';
import type { Http } from '../../core/ports.ts';
import { scripted } from '../testing.ts';
import { render, type WahaPart } from './render.ts';
import { send, sendVoice, stopTyping, typing } from './send.ts';

const settings = { apiBase: 'http://waha.example:3000/', apiKey: 'key-of-a-test', sessionId: 'shop', hmacKey: '' };
const address = { chatId: '34600111222@c.us' };
const part = render({ text: 'Hola' })[0]!;
const answers = (status: number, body: Json, headers?: Record<string, string>) =>
  scripted((_, index) => (index === 0 ? { status: 200, body: { id: '3EB0OWN' } } : { status, body, headers }));
const refused = (status: number, body: Json) => send(part, address, settings, answers(status, body).http);

it('asks for an id of its own first, and sends with it', async () => {
  const { http, requests } = answers(201, { id: 'true_34600111222@c.us_3EB0OWN' });
  expect(await send(part, address, settings, http)).toEqual({ ok: true, platformId: '3EB0OWN' });
  expect(requests).toEqual([
    { url: 'http://waha.example:3000/api/shop/new-message-id', body: null },
    {
      url: 'http://waha.example:3000/api/sendText',
      body: { session: 'shop', ...address, text: 'Hola', id: '3EB0OWN' },
    },
  ]);
});

it.each([
  ['WEBJS', { id: { fromMe: true, _serialized: 'true_34600111222@c.us_3EB0W', id: '3EB0W' } }, '3EB0W'],
  ['WEBJS, inside', { _data: { id: { _serialized: 'true_34600111222@c.us_3EB0D' } } }, '3EB0D'],
  ['NOWEB', { key: { remoteJid: '34600111222@s.whatsapp.net', fromMe: true, id: '3EB0N' } }, '3EB0N'],
  ['GOWS', { _data: { Info: { ID: '3EB0G' } } }, '3EB0G'],
  ['none', {}, '3EB0OWN'],
])('reads the id of the answer: %s', async (_, body, platformId) => {
  expect(await send(part, address, settings, answers(201, body).http)).toEqual({ ok: true, platformId });
});

it('sends without one where WAHA gives none', async () => {
  const { http, requests } = scripted((_, index) => ({
    status: index === 0 ? 404 : 201,
    body: { id: 'true_1@c.us_3EB0X' },
  }));
  expect(await send(part, address, settings, http)).toEqual({ ok: true, platformId: '3EB0X' });
  expect(requests[1]!.body).toEqual({ session: 'shop', ...address, text: 'Hola' });
});

it('tells its own id where no answer came, so that the echo is known', async () => {
  const http: Http = async ({ method }) => {
    if (method === 'GET') return { status: 200, headers: {}, text: '{"id":"3EB0OWN"}' };
    throw new HttpError('The connection broke.', true);
  };
  expect(await send(part, address, settings, http)).toMatchObject({ failure: 'unknown', platformId: '3EB0OWN' });
});

it.each([
  [401, { message: 'Unauthorized', statusCode: 401 }, 'account'],
  [404, { message: 'Session "shop" does not exist', statusCode: 404 }, 'account'],
  [404, { message: 'Cannot POST /api/sendText' }, 'account'],
  [422, { message: 'Session status is not as expected.', status: 'SCAN_QR_CODE', expected: ['WORKING'] }, 'account'],
  [422, { message: 'Session status is not as expected.', status: 'FAILED' }, 'account'],
  [422, { message: 'Session status is not as expected.', status: 'STARTING' }, 'retry'],
  [422, { message: 'Session status is not as expected.' }, 'retry'],
  [500, { exception: { message: '2 UNKNOWN: server returned error 463' } }, 'account'],
  [500, { exception: { message: '2 UNKNOWN: no LID found for 34600111222@s.whatsapp.net from server' } }, 'recipient'],
  [500, { exception: { message: 'Error: No LID for user' } }, 'recipient'],
  [500, { exception: { message: 'Evaluation failed' } }, 'retry'],
  [400, { message: ['text must be a string'], error: 'Bad Request' }, 'request'],
])('%i %j is %s', async (status, body, failure) => {
  const result = await refused(status, body);
  expect(result).toMatchObject({
    ok: false,
    failure,
    error: { code: `WAHA_${status}`, action: expect.stringMatching(/\w+ .*\./) },
  });
  expect(JSON.stringify(result)).not.toContain('34600111222');
});

it('says what to do with a session that is not linked', async () => {
  const result = await refused(422, { message: 'Not as expected.', status: 'SCAN_QR_CODE' });
  expect(!result.ok && `${result.error.message} ${result.error.action}`).toMatch(
    /linked to no phone.*scan its QR code/,
  );
});

it('keeps to the time that it is told', async () => {
  const { http } = answers(429, { message: 'Too many' }, { 'retry-after': '7' });
  expect(await send(part, address, settings, http)).toMatchObject({ failure: 'retry', retryAfterMs: 7_000 });
});

it('sends a voice note inside the request, as what WhatsApp plays', async () => {
  const { http, requests } = scripted(() => ({ status: 201, body: { id: 'true_34600111222@c.us_3EB0V' } }));
  expect(await sendVoice(Buffer.from('OggS'), address, settings, http)).toEqual({ ok: true, platformId: '3EB0V' });
  const file = { mimetype: 'audio/ogg; codecs=opus', filename: 'voice.ogg', data: 'T2dnUw==' };
  expect(requests).toEqual([
    { url: 'http://waha.example:3000/api/sendVoice', body: { session: 'shop', ...address, file, convert: false } },
  ]);
});

it('marks as read and types', async () => {
  const { http, requests } = scripted(() => ({ status: 201, body: { result: true } }));
  await typing(address, '3EB0A001', settings, http);
  expect(requests.map(({ url, body }) => [url.split('/api/')[1], body])).toEqual([
    ['sendSeen', { session: 'shop', ...address, messageIds: ['false_34600111222@c.us_3EB0A001'] }],
    ['startTyping', { session: 'shop', ...address }],
  ]);
});

it('types before words that nobody asked for, without reading anything, and stops', async () => {
  const { http, requests } = scripted(() => ({ status: 201, body: { result: true } }));
  await typing(address, undefined, settings, http);
  await stopTyping(address, settings, http);
  expect(requests.map(({ url, body }) => [url.split('/api/')[1], body])).toEqual([
    ['startTyping', { session: 'shop', ...address }],
    ['stopTyping', { session: 'shop', ...address }],
  ]);
});

const parts = (content: Parameters<typeof render>[0]) => render(content) as unknown as WahaPart[];

it('writes buttons as lines of the text', () => {
  const buttons = [
    { id: 'a', title: 'Plan 300' },
    { id: 'b', title: 'Plan 600' },
  ];
  expect(parts({ text: '**¿Cuál?**', buttons }).map(({ text }) => text)).toEqual([
    '*¿Cuál?*\n\n• Plan 300\n• Plan 600',
  ]);
});

it.each([
  ['image', 'https://x.example/a.PNG?v=1', { file: { mimetype: 'image/png' } }, 'sendImage'],
  ['image', 'https://x.example/a', { file: { mimetype: 'image/jpeg' } }, 'sendImage'],
  ['audio', 'https://x.example/a.ogg', { file: { mimetype: 'audio/ogg; codecs=opus' }, convert: false }, 'sendVoice'],
  ['audio', 'https://x.example/a.mp3', { file: { mimetype: 'audio/mpeg' }, convert: true }, 'sendVoice'],
  ['video', 'https://x.example/a.mov', { file: { mimetype: 'video/quicktime' }, convert: true }, 'sendVideo'],
  ['document', 'https://x.example/7', { file: { mimetype: 'application/pdf', filename: 'factura.pdf' } }, 'sendFile'],
] as const)('sends a file: %s %s', (kind, url, body, method) => {
  const name = kind === 'document' ? 'factura.pdf' : undefined;
  expect(parts({ text: '', media: [{ kind, url, name }] })).toMatchObject([{ method, body }]);
});

it('sends what a caption cannot hold behind its file', () => {
  const long = 'palabra '.repeat(200);
  expect(parts({ text: '', media: [{ kind: 'image', url: 'https://x.example/a.jpg', caption: long }] })).toMatchObject([
    { method: 'sendImage', text: '' },
    { method: 'sendText' },
  ]);
});
