/** WAHA's requests out. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, FileToSend, Http, SendResult } from '../../core/ports.ts';
import { object, parseJson, text } from '../shared/json.ts';
import { FILE_TIMEOUT_MS, postJson } from '../shared/send.ts';
import { failureOf } from './errors.ts';
import { messageId, sentId } from './ids.ts';
import { VIDEO, VOICE, type WahaPart } from './render.ts';

/** Those take an id that was made before. */
const NAMED = new Set(['sendText']);
const ID_TIMEOUT_MS = 5_000;

export const apiUrl = ({ apiBase = '' }: ChannelSettings, path: string) =>
  `${apiBase.replace(/\/{1,9}$/, '')}/api/${path}`;

/** A server without keys takes any. */
export const keyOf = ({ apiKey }: ChannelSettings): Record<string, string> => ({ 'x-api-key': apiKey || 'none' });

/** The message's id is known before it leaves where WAHA can, so that its echo is ours whatever becomes of the answer. */
export async function send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult> {
  const { method, body } = part as unknown as WahaPart;
  const id = NAMED.has(method) ? await newId(settings, http) : undefined;
  const result = await post(http, settings, method, address, id ? { ...body, id } : body);
  if (result.ok) return { ...result, platformId: result.platformId ?? id };
  return result.failure === 'unknown' ? { ...result, platformId: id } : result;
}

export async function sendVoice(
  sound: Uint8Array,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const file = { mimetype: VOICE, filename: 'voice.ogg', data: Buffer.from(sound).toString('base64') };
  return post(http, settings, 'sendVoice', address, { file, convert: false }, FILE_TIMEOUT_MS);
}

export async function sendFile(
  part: Json,
  { name, type, bytes }: FileToSend,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const { method, body } = part as unknown as WahaPart;
  // Ogg is Opus here; what is in no format that WhatsApp plays, WAHA converts.
  const mimetype = type === 'audio/ogg' ? VOICE : type;
  const file = { mimetype, filename: name, data: Buffer.from(bytes).toString('base64') };
  const made: JsonObject = { ...body, file };
  if (body.convert !== undefined) made.convert = mimetype !== VOICE && mimetype !== VIDEO;
  return post(http, settings, method, address, made, FILE_TIMEOUT_MS);
}

/** Undefined where there is none: what is wrong then, the send tells better. */
async function newId(settings: ChannelSettings, http: Http): Promise<string | undefined> {
  const url = apiUrl(settings, `${encodeURIComponent(settings.sessionId ?? '')}/new-message-id`);
  try {
    const { status, text: answer } = await http({
      method: 'GET',
      url,
      headers: keyOf(settings),
      timeoutMs: ID_TIMEOUT_MS,
    });
    return status === 200 ? messageId(object(parseJson(answer))?.id).bare : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Marks what the customer wrote as read, and shows "typing" until something is sent, or WhatsApp's own time is over. Before words that nobody
 * asked for nothing was read.
 */
export async function typing(
  address: Json,
  lastPlatformId: string | undefined,
  settings: ChannelSettings,
  http: Http,
): Promise<void> {
  const chat = text(object(address)?.chatId) ?? '';
  if (lastPlatformId)
    await post(http, settings, 'sendSeen', address, { messageIds: [`false_${chat}_${lastPlatformId}`] });
  await post(http, settings, 'startTyping', address, {});
}

export async function stopTyping(address: Json, settings: ChannelSettings, http: Http): Promise<void> {
  await post(http, settings, 'stopTyping', address, {});
}

function post(
  http: Http,
  settings: ChannelSettings,
  method: string,
  address: Json,
  body: JsonObject,
  timeoutMs?: number,
): Promise<SendResult> {
  const { apiKey, sessionId: session = '' } = settings;
  const chatId = text(object(address)?.chatId) ?? '';
  const request = {
    url: apiUrl(settings, method),
    headers: keyOf(settings),
    body: { session, chatId, ...body },
    hide: [apiKey, chatId, chatId.split('@')[0]],
    timeoutMs,
  };
  return postJson(http, request, (answer) =>
    answer.status >= 200 && answer.status <= 299
      ? { ok: true, platformId: sentId(answer.json) }
      : failureOf(answer, session),
  );
}
