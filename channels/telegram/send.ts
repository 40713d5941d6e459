/** Telegram requests out, and what its errors mean. The token is part of the URL, so no URL may reach a log or an error. */
import type { Json, JsonObject, SendError } from '../../core/model.ts';
import type { ChannelSettings, FileToSend, Http, SendResult } from '../../core/ports.ts';
import { type Form, VOICE } from '../shared/form.ts';
import { number, object, text } from '../shared/json.ts';
import { type JsonAnswer, postForm, postJson, retryAfterMs } from '../shared/send.ts';
import { platformId } from './parse.ts';
import { fileField, type TelegramPart } from './render.ts';

export const methodUrl = (settings: ChannelSettings, method: string) =>
  `${settings.apiBase}/bot${settings.botToken || settings.account}/${method}`;

interface Answered {
  result: SendResult;
  /** A group's new id. */
  movedTo?: string;
}

export async function send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult> {
  const { method, body, plain } = part as unknown as TelegramPart;
  const { result, to } = await reach(address, (chat) => call(http, settings, method, { ...chat, ...body }));
  const refused = !result.ok && result.failure === 'request' && /can't parse entities/i.test(result.error.message);
  return refused ? (await call(http, settings, method, { ...to, ...plain })).result : result;
}

export async function sendVoice(
  sound: Uint8Array,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const file = { field: 'voice', ...VOICE, bytes: sound };
  return (await reach(address, (chat) => call(http, settings, 'sendVoice', chat, file))).result;
}

export async function sendFile(
  part: Json,
  file: FileToSend,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const { method, body } = part as unknown as TelegramPart;
  const field = fileField(method);
  const { [field]: _url, ...rest } = body;
  return (await reach(address, (chat) => call(http, settings, method, { ...chat, ...rest }, { field, ...file })))
    .result;
}

/** Where the chat is now. @returns the answer, and the address that it came from */
async function reach(
  address: Json,
  ask: (to: JsonObject) => Promise<Answered>,
): Promise<{ result: SendResult; to: JsonObject }> {
  let to = object(address) ?? {};
  let { result, movedTo } = await ask(to);
  if (movedTo) {
    // The group became a supergroup with a new id; nothing was sent to the old one.
    to = { ...to, chat_id: movedTo };
    ({ result } = await ask(to));
  }
  if (!result.ok && /message thread not found/i.test(result.error.message)) {
    // The topic was deleted meanwhile; the chat is still there.
    const { message_thread_id: _gone, ...chat } = to;
    to = chat;
    ({ result } = await ask(to));
  }
  return { result, to };
}

/** Shows "typing", or stops the spinner of a tapped button. */
export async function typing(
  address: Json,
  lastPlatformId: string | undefined,
  settings: ChannelSettings,
  http: Http,
): Promise<void> {
  if (lastPlatformId?.startsWith('callback:'))
    await call(http, settings, 'answerCallbackQuery', { callback_query_id: lastPlatformId.slice('callback:'.length) });
  const to = object(address);
  // Telegram has no such sign in a channel's direct messages.
  if (to?.direct_messages_topic_id !== undefined) return;
  await call(http, settings, 'sendChatAction', { ...to, action: 'typing' });
}

/** Private chats only, and no business connections. Telegram shows it for 30 s. */
export async function draft(
  part: Json,
  number: number,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<boolean> {
  const { method, body } = part as unknown as TelegramPart;
  const { chat_id, message_thread_id, business_connection_id } = object(address) ?? {};
  const chat = Number(chat_id);
  if (method !== 'sendMessage' || business_connection_id !== undefined || !(chat > 0)) return false;
  const request: JsonObject = { chat_id: chat, draft_id: number, text: body.text ?? null };
  if (body.parse_mode !== undefined) request.parse_mode = body.parse_mode;
  if (message_thread_id !== undefined) request.message_thread_id = message_thread_id;
  return (await call(http, settings, 'sendMessageDraft', request)).result.ok;
}

/** @param file goes along */
async function call(
  http: Http,
  settings: ChannelSettings,
  method: string,
  body: JsonObject,
  file?: Form['file'],
): Promise<Answered> {
  let movedTo: string | undefined;
  const request = { url: methodUrl(settings, method), hide: [settings.botToken, body.chat_id] };
  const judge = ({ status, headers, json }: JsonAnswer): SendResult => {
    const answer = object(json);
    if (status === 200 && answer?.ok === true) {
      const sent = object(answer.result);
      return { ok: true, platformId: platformId(object(sent?.chat)?.id, sent?.message_id) };
    }
    const description = text(answer?.description) ?? `HTTP ${status}`;
    const parameters = object(answer?.parameters);
    movedTo = text(parameters?.migrate_to_chat_id);
    const after = number(parameters?.retry_after);
    return failure(status, description, after === undefined ? retryAfterMs(headers) : after * 1_000);
  };
  const fields = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
  const result = file
    ? await postForm(http, { ...request, form: { fields, file } }, judge)
    : await postJson(http, { ...request, body }, judge);
  return { result, movedTo };
}

/** Why somebody cannot be written to, in Telegram's words; the first that fits. Only one of them is the person's own will. */
const SHUT: { says: RegExp; failure?: 'blocked'; action: string }[] = [
  { says: /blocked by the user/i, failure: 'blocked', action: 'The customer must unblock the bot first.' },
  { says: /user is deactivated/i, action: 'The customer deleted his Telegram account; reach him another way.' },
  { says: /can't initiate conversation/i, action: 'The customer must start the bot first.' },
  { says: /can't send messages to bots|to the bot itself/i, action: 'This is a bot, and bots are not written to.' },
  { says: /kicked from|not a member|left the/i, action: 'Add the bot to the group again.' },
  {
    says: /not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|administrator rights/i,
    action: 'Give the bot the right to write in this group.',
  },
  { says: /topic[ _]?closed/i, action: 'The topic is closed; open it in Telegram.' },
  {
    says: /business[ _](?:connection|peer)/i,
    action: 'The owner must connect the bot to his business account again, with the right to reply.',
  },
  {
    says: /chat not found/i,
    action:
      'Telegram does not know this chat for this bot: the customer must start the bot first, or the account has another bot’s token.',
  },
  {
    says: /PEER_ID_INVALID|USER_ID_INVALID|chat_id is empty/i,
    action: 'This is no address of this bot; the customer must write to it first.',
  },
];

function failure(status: number, description: string, retryMs: number | undefined): SendResult {
  const error = (action: string): SendError => ({ code: `TELEGRAM_${status}`, message: description, action });
  if (status === 429)
    return {
      ok: false,
      failure: 'retry',
      error: error('Telegram asks to slow down.'),
      retryAfterMs: retryMs,
    };
  if (status >= 500) return { ok: false, failure: 'retry', error: error('Telegram had an error of its own.') };
  if (status === 401 || status === 404)
    return { ok: false, failure: 'account', error: error('Check the bot token of the account.') };
  if (status === 409)
    return {
      ok: false,
      failure: 'account',
      error: error('Another program uses this bot; stop it or remove its webhook.'),
    };
  const shut = SHUT.find(({ says }) => says.test(description));
  if (shut) return { ok: false, failure: shut.failure ?? 'recipient', error: error(shut.action) };
  if (status === 403)
    return {
      ok: false,
      failure: 'recipient',
      error: error('The bot may not write there; look at what Telegram says.'),
    };
  if (/temporarily unavailable/i.test(description))
    return { ok: false, failure: 'retry', error: error('Telegram had a passing problem with the file.') };
  return {
    ok: false,
    failure: 'request',
    error: error('Telegram refuses this message; look at its text, buttons and media.'),
  };
}
