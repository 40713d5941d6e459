import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/model.ts';
import { scripted } from '../testing.ts';
import { render } from './render.ts';
import { draft, send, sendVoice, typing } from './send.ts';

const settings = { apiBase: 'https://api.example', botToken: '61:token-of-a-test' };
const part = render({ text: '**Hola**' })[0]!;
const address = { chat_id: '5' };
const ok = { ok: true, result: { message_id: 7, chat: { id: 5 } } };
const no = (error_code: number, description: string, parameters = {}) => ({
  status: error_code,
  body: { ok: false, error_code, description, parameters },
});

it('names what it sent by chat and message', async () => {
  const { http, requests } = scripted(() => ({ status: 200, body: ok }));
  expect(await send(part, address, settings, http)).toEqual({ ok: true, platformId: '5:7' });
  expect(requests).toEqual([
    {
      url: 'https://api.example/bot61:token-of-a-test/sendMessage',
      body: { chat_id: '5', text: '<b>Hola</b>', parse_mode: 'HTML' },
    },
  ]);
});

it('sends once more as plain text where Telegram cannot read the markup', async () => {
  const { http, requests } = scripted((_request, index) =>
    index === 0 ? no(400, "Bad Request: can't parse entities: unsupported tag") : { status: 200, body: ok },
  );
  expect(await send(part, address, settings, http)).toMatchObject({ ok: true });
  expect(requests.map(({ body }) => body)).toEqual([
    { chat_id: '5', text: '<b>Hola</b>', parse_mode: 'HTML' },
    { chat_id: '5', text: 'Hola' },
  ]);
});

it('answers and types in the topic, and in the chat where the topic is gone', async () => {
  const topic = { chat_id: '5', message_thread_id: 77 };
  const { http, requests } = scripted((_request, index) =>
    index === 2 ? no(400, 'Bad Request: message thread not found') : { status: 200, body: ok },
  );
  await typing(topic, undefined, settings, http);
  await send(part, topic, settings, http);
  expect(await send(part, topic, settings, http)).toMatchObject({ ok: true });
  const threads = requests.map(({ body }) => (body as JsonObject).message_thread_id);
  expect(threads).toEqual([77, 77, 77, undefined]);
});

it('sends a voice note as a file, into the topic, to the chat where that is gone, and to a group’s new id', async () => {
  const { http, requests } = scripted((_request, index) =>
    index === 1
      ? no(400, 'Bad Request: message thread not found')
      : index === 3
        ? no(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1009 })
        : { status: 200, body: ok },
  );
  const sound = Buffer.from('OggS…\xff', 'latin1');
  const topic: Json = { chat_id: '5', message_thread_id: 77 };
  for (const to of [topic, topic, { chat_id: '-9' }] as Json[])
    expect(await sendVoice(sound, to, settings, http)).toEqual({ ok: true, platformId: '5:7' });
  const field = (body: unknown, name: string) => new RegExp(`name="${name}"\r\n\r\n(.*)\r\n`).exec(String(body))?.[1];
  expect(requests.map(({ body }) => [field(body, 'chat_id'), field(body, 'message_thread_id')])).toEqual([
    ['5', '77'],
    ['5', '77'],
    ['5', undefined],
    ['-9', undefined],
    ['-1009', undefined],
  ]);
  expect(requests[0]!.url).toMatch(/sendVoice$/);
  expect(String(requests[0]!.body)).toContain('name="voice"; filename="voice.ogg"\r\ncontent-type: audio/ogg\r\n\r\n');
});

it('is told by Telegram that somebody takes no voice notes: this one may be sent in words', async () => {
  const { http } = scripted(() => no(400, 'Bad Request: VOICE_MESSAGES_FORBIDDEN'));
  expect(await sendVoice(Buffer.from('x'), address, settings, http)).toMatchObject({ failure: 'request' });
});

it('follows a group to its new id', async () => {
  const { http, requests } = scripted((_request, index) =>
    index === 0
      ? no(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1009 })
      : { status: 200, body: ok },
  );
  expect(await send(part, { chat_id: '-9' }, settings, http)).toMatchObject({ ok: true });
  expect(requests[1]!.body).toMatchObject({ chat_id: '-1009', text: '<b>Hola</b>' });
});

it.each([
  [401, 'Unauthorized', 'account'],
  [404, 'Not Found', 'account'],
  [409, 'Conflict: terminated by other getUpdates request', 'account'],
  [403, 'Forbidden: bot was blocked by the user', 'blocked'],
  [403, 'Forbidden: user is deactivated', 'recipient'],
  [403, "Forbidden: bot can't initiate conversation with a user", 'recipient'],
  [403, "Forbidden: bot can't send messages to bots", 'recipient'],
  [403, 'Forbidden: bot was kicked from the supergroup chat', 'recipient'],
  [403, 'Forbidden: something new', 'recipient'],
  [400, 'Bad Request: not enough rights to send text messages to the chat', 'recipient'],
  [400, 'Bad Request: BUSINESS_CONNECTION_INVALID', 'recipient'],
  [400, 'Bad Request: chat not found', 'recipient'],
  [400, 'Bad Request: wrong file_id or the file is temporarily unavailable', 'retry'],
  [400, 'Bad Request: message is too long', 'request'],
  [502, 'Bad Gateway', 'retry'],
])('%i %s is %s', async (status, description, failure) => {
  const { http, requests } = scripted(() => no(status, description));
  expect(await send(part, address, settings, http)).toMatchObject({
    ok: false,
    failure,
    error: { code: `TELEGRAM_${status}`, message: description },
  });
  expect(requests).toHaveLength(1);
});

it.each([
  ['bot was blocked by the user', /unblock/],
  ['user is deactivated', /deleted/],
  ["bot can't initiate conversation with a user", /start the bot/],
  ['bot is not a member of the channel chat', /Add the bot/],
  ['chat not found', /another bot’s token/],
])('says what to do about "%s", and nothing else', async (description, action) => {
  const { http } = scripted(() => no(description === 'chat not found' ? 400 : 403, description));
  const result = await send(part, address, settings, http);
  expect(!result.ok && result.error.action).toMatch(action);
  expect(!result.ok && /block/.test(result.error.action!)).toBe(/blocked/.test(description));
});

it('waits as long as it is told', async () => {
  const { http } = scripted(() => no(429, 'Too Many Requests: retry after 12', { retry_after: 12 }));
  expect(await send(part, address, settings, http)).toMatchObject({ failure: 'retry', retryAfterMs: 12_000 });
});

it('stops the spinner of a tapped button, then types', async () => {
  const { http, requests } = scripted(() => ({ status: 200, body: { ok: true, result: true } }));
  await typing({ chat_id: '5', business_connection_id: 'bc' }, 'callback:99', settings, http);
  await typing(address, '5:7', settings, http);
  expect(requests.map(({ url, body }) => [url.split('/').at(-1), body])).toEqual([
    ['answerCallbackQuery', { callback_query_id: '99' }],
    ['sendChatAction', { chat_id: '5', business_connection_id: 'bc', action: 'typing' }],
    ['sendChatAction', { chat_id: '5', action: 'typing' }],
  ]);
});

describe('a draft', () => {
  const part = { method: 'sendMessage', text: 'Hola', body: { text: '<b>Hola</b>', parse_mode: 'HTML' }, plain: {} };

  it('is shown in a private chat, and in its topic, under its number', async () => {
    const { http, requests } = scripted(() => ({ status: 200, body: { ok: true, result: true } }));
    expect(await draft(part, 7, { chat_id: '5' }, settings, http)).toBe(true);
    expect(await draft(part, 7, { chat_id: '5', message_thread_id: 9 }, settings, http)).toBe(true);
    expect(requests.map(({ body }) => body)).toEqual([
      { chat_id: 5, draft_id: 7, text: '<b>Hola</b>', parse_mode: 'HTML' },
      { chat_id: 5, draft_id: 7, text: '<b>Hola</b>', parse_mode: 'HTML', message_thread_id: 9 },
    ]);
  });

  it('is not tried where Telegram has none: groups, business chats, buttons on a photo', async () => {
    const { http, requests } = scripted(() => ({ status: 200, body: { ok: true, result: true } }));
    for (const address of [{ chat_id: '-5' }, { chat_id: '5', business_connection_id: 'bc' }, {}] as JsonObject[])
      expect(await draft(part, 7, address, settings, http)).toBe(false);
    expect(await draft({ ...part, method: 'sendPhoto' }, 7, { chat_id: '5' }, settings, http)).toBe(false);
    expect(requests).toEqual([]);
  });

  it('that Telegram refuses is no error', async () => {
    const { http } = scripted(() => no(400, 'Bad Request: TEXTDRAFT_PEER_INVALID'));
    expect(await draft(part, 7, { chat_id: '5' }, settings, http)).toBe(false);
  });
});
