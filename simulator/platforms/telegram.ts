/** Stand-in of the Telegram Bot API: `bot<TOKEN>/<method>`, and `file/bot<TOKEN>/<path>` for files. */
import type { Json, JsonObject } from '../../core/model.ts';
import { isOggOpus, toldOf } from '../form.ts';
import { check } from '../schema.ts';
import type { CallButton, CallMedia, Fault, RefusalKind } from '../types.ts';
import { type Context, isObject, list, object, remember, text } from './context.ts';
import { fileAnswer } from './files.ts';
import type { Answer, ApiCall, ApiRequest, Platform } from './platform.ts';
import type { Parsed } from './telegram-html.ts';
import { limitProblem, MEDIA, parseMarkup } from './telegram-limits.ts';
import { createUpdates } from './telegram-updates.ts';
import { botUser, buildUpdate, chatOf, DEFAULT_TOKEN } from './telegram-webhooks.ts';

const DEFAULT_RETRY_AFTER = 3;

/** Methods by their names in lower case, as the platform does not care. */
const METHODS = new Map(
  [
    ...['sendMessage', 'sendPhoto', 'sendVoice', 'sendDocument', 'sendVideo', 'sendAudio', 'sendChatAction'],
    'sendMessageDraft',
    ...['answerCallbackQuery', 'editMessageText', 'readBusinessMessage'],
    ...['setWebhook', 'getWebhookInfo', 'deleteWebhook', 'getMe', 'getUpdates', 'getFile'],
  ].map((name) => [name.toLowerCase(), name]),
);

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

interface SentMessage {
  text: string;
  markup: string;
}

const done = (result: Json, more: JsonObject = {}): Answer => ({ status: 200, body: { ok: true, result, ...more } });
const failed = (status: number, description: string, parameters?: JsonObject): Answer => ({
  status,
  body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) },
});
const badRequest = (what: string): Answer => failed(400, `Bad Request: ${what}`);

/** Values of a form are text; objects in them are JSON. */
function fromForm(body: Json | undefined): JsonObject {
  const values: JsonObject = {};
  for (const [key, value] of Object.entries(object(body))) {
    values[key] = value;
    if (typeof value !== 'string' || key === 'text' || key === 'caption' || !/^[[{]/.test(value)) continue;
    try {
      values[key] = JSON.parse(value);
    } catch {
      // Stays text, which the schema then refuses.
    }
  }
  return values;
}

function readButtons(markup: JsonObject): CallButton[] {
  return [...list(markup.inline_keyboard), ...list(markup.keyboard)].flatMap(list).map((button) => {
    const { text: title, callback_data, url } = object(button);
    return { title: text(title) ?? text(button) ?? '', id: text(callback_data), url: text(url) };
  });
}

/** What is no Opus in Ogg arrives as a document, though it was sent as a voice note. */
function mediumOf(kind: CallMedia['kind'], file: string | undefined, uploaded: Buffer | undefined): CallMedia {
  if (uploaded) return { kind: kind === 'voice' && !isOggOpus(uploaded) ? 'document' : kind };
  return { kind, ...(file?.includes(':') ? { url: file } : { id: file }) };
}

const fileCall = (token: string, path: string): ApiCall => ({
  account: token,
  method: 'file',
  thread: null,
  send: false,
  body: null,
  schemaErrors: [],
  accept: () => fileAnswer(path.startsWith('photos/') ? 'image/jpeg' : 'audio/ogg'),
});

export function createTelegram(context: Context): Platform<'telegram'> {
  const { now, ids } = context;
  /** By token, chat and message id. */
  const sent = new Map<string, SentMessage>();
  const callbacks = new Map<string, true>();
  const webhooks = new Map<string, JsonObject>();
  const updates = createUpdates();

  const messageOf = (token: string, method: string, body: JsonObject, parsed: Parsed | undefined): Answer => {
    const chat = String(body.chat_id);
    const messageId = ids.chatMessage(`${token}/${chat}`);
    const words = parsed?.ok ? parsed : { text: '', entities: [] };
    const markup = isObject(body.reply_markup) && body.reply_markup.inline_keyboard ? body.reply_markup : undefined;
    remember(sent, `${token}/${chat}/${messageId}`, { text: words.text, markup: JSON.stringify(markup ?? null) });
    const media = MEDIA[method];
    const [textKey, entitiesKey] = media ? ['caption', 'caption_entities'] : ['text', 'entities'];
    const message: JsonObject = {
      message_id: messageId,
      from: botUser(token),
      chat: chatOf(body.chat_id ?? 0),
      date: Math.floor(now() / 1000),
      ...(media ? { [media.key]: fileOf(media.kind) } : {}),
      ...(words.text ? { [textKey]: words.text } : {}),
      ...(words.entities.length > 0 ? { [entitiesKey]: words.entities } : {}),
      ...(markup ? { reply_markup: markup } : {}),
      ...(body.message_thread_id ? { message_thread_id: body.message_thread_id, is_topic_message: true } : {}),
      ...(body.business_connection_id ? { business_connection_id: body.business_connection_id } : {}),
    };
    return { ...done(message), messageId: String(messageId) };
  };

  const fileOf = (kind: CallMedia['kind']): Json => {
    const file = { file_id: `AgACAgQAAx${ids.hex(24)}`, file_unique_id: `AQAD${ids.hex(12)}` };
    if (kind === 'image') return [{ ...file, width: 1280, height: 960 }];
    if (kind === 'video') return { ...file, width: 1280, height: 720, duration: 5 };
    return kind === 'document' ? file : { ...file, duration: 5 };
  };

  const edit = (token: string, body: JsonObject, parsed: Parsed | undefined): Answer => {
    const key = `${token}/${body.chat_id}/${body.message_id}`;
    const before = sent.get(key);
    if (!before || !parsed?.ok) return badRequest('message to edit not found');
    const after = { text: parsed.text, markup: JSON.stringify(body.reply_markup ?? null) };
    if (after.text === before.text && after.markup === before.markup) return badRequest(NOT_MODIFIED);
    remember(sent, key, after);
    const date = Math.floor(now() / 1000);
    return done({
      message_id: Number(body.message_id),
      from: botUser(token),
      chat: chatOf(body.chat_id ?? 0),
      date,
      edit_date: date,
      text: parsed.text,
      ...(parsed.entities.length > 0 ? { entities: parsed.entities } : {}),
    });
  };

  const setWebhook = (token: string, body: JsonObject): Answer => {
    if (!body.url) return removeWebhook(token, body);
    const { secret_token: _secret, drop_pending_updates: _drop, ...kept } = body;
    if (body.drop_pending_updates === true) updates.drop(token);
    updates.interrupt(token);
    const allowed = body.allowed_updates ?? webhooks.get(token)?.allowed_updates;
    webhooks.set(token, {
      max_connections: 40,
      ...kept,
      ...(allowed === undefined ? {} : { allowed_updates: allowed }),
    });
    return done(true, { description: 'Webhook was set' });
  };

  const removeWebhook = (token: string, body: JsonObject): Answer => {
    if (body.drop_pending_updates === true) updates.drop(token);
    const description = webhooks.delete(token) ? 'Webhook was deleted' : 'Webhook is already deleted';
    return done(true, { description });
  };

  const accept = (
    token: string,
    method: string,
    body: JsonObject,
    parsed: Parsed | undefined,
  ): Answer | Promise<Answer> => {
    switch (method) {
      case 'getUpdates':
        return updates.take(token, body, webhooks.has(token));
      case 'getMe':
        return done({
          ...botUser(token),
          can_join_groups: true,
          can_read_all_group_messages: false,
          supports_inline_queries: false,
        });
      case 'getFile': {
        const id = String(body.file_id);
        const path = id.startsWith('AgAC') ? `photos/${id}.jpg` : `voice/${id}.oga`;
        return done({ file_id: id, file_unique_id: `AgAD${ids.hex(12)}`, file_size: 18_221, file_path: path });
      }
      case 'getWebhookInfo':
        return done({
          url: '',
          has_custom_certificate: false,
          pending_update_count: updates.pending(token),
          ...webhooks.get(token),
        });
      case 'setWebhook':
        return setWebhook(token, body);
      case 'deleteWebhook':
        return removeWebhook(token, body);
      case 'answerCallbackQuery':
        return callbacks.has(String(body.callback_query_id))
          ? done(true)
          : badRequest('query is too old and response timeout expired or query ID is invalid');
      case 'editMessageText':
        return edit(token, body, parsed);
      case 'sendMessageDraft':
        return Number(body.chat_id) > 0 ? done(true) : badRequest('chat not found');
      case 'sendChatAction':
      case 'readBusinessMessage':
        return done(true);
      default:
        return messageOf(token, method, body, parsed);
    }
  };

  const refusal = (request: ApiRequest, token: string, method: string, errors: string[], problem?: string) => {
    if (token === '') return failed(401, 'Unauthorized');
    if (!METHODS.has(method.toLowerCase())) return failed(404, 'Not Found: method not found');
    if (request.bodyError) return badRequest(request.bodyError);
    if (problem) return badRequest(problem);
    return errors[0] === undefined ? undefined : badRequest(errors[0]);
  };

  return {
    id: 'telegram',
    thread: (name) => name,
    read(request): ApiCall {
      const [, owner, filePath] = /^file\/bot([^/]+)\/(.+)$/.exec(decodeURIComponent(request.path)) ?? [];
      if (owner && filePath) return fileCall(owner, filePath);
      const [, token = '', name = ''] = /^bot([^/]*)\/([^/]*)$/.exec(decodeURIComponent(request.path)) ?? [];
      const method = METHODS.get(name.toLowerCase()) ?? name;
      const media = MEDIA[method];
      const uploaded = media && request.files?.[media.key];
      const body = request.form ? fromForm(request.body) : object(request.body);
      if (media && uploaded) body[media.key] = `attach://${media.key}`;
      const ref = `tg#/$defs/M_${method}`;
      const known = METHODS.has(name.toLowerCase());
      const shape = request.form ? body : (request.body ?? {});
      const schemaErrors = known && !request.bodyError ? check(ref, shape, { coerce: request.form }) : [];
      const source = text(body.text) ?? text(body.caption);
      const words = /^(?:sendMessage|sendMessageDraft|editMessageText)$/.test(method) || MEDIA[method];
      const parsed = words ? parseMarkup(source ?? '', text(body.parse_mode)) : undefined;
      if (!known) schemaErrors.push(`the simulator has no method ${method}`);
      // A missing text is the schema's to tell; a limit is told in the platform's words.
      const problem =
        schemaErrors.length === 0 && known ? limitProblem(method, body, parsed, uploaded?.content) : undefined;
      if (problem) schemaErrors.push(problem);
      const file = media ? text(body[media.key]) : undefined;
      const buttons = readButtons(object(body.reply_markup));
      return {
        account: token,
        method,
        thread: text(body.chat_id) ?? null,
        send: method === 'sendMessage' || media !== undefined,
        body: uploaded ? { ...object(request.body), [media.key]: toldOf(uploaded) } : (request.body ?? null),
        ...(source === undefined ? {} : { text: parsed?.ok ? parsed.text : source }),
        ...(buttons.length > 0 ? { buttons } : {}),
        ...(media ? { media: [mediumOf(media.kind, file, uploaded?.content)] } : {}),
        schemaErrors,
        refusal: refusal(request, token, method, schemaErrors, problem),
        accept: () => accept(token, method, body, parsed),
      };
    },
    refuse(_call, kind: RefusalKind, fault: Fault) {
      switch (kind) {
        case 'rate-limit': {
          const seconds = (fault.kind === 'rate-limit' ? fault.retryAfter : undefined) ?? DEFAULT_RETRY_AFTER;
          const answer = failed(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
          return { ...answer, headers: { 'retry-after': String(seconds) } };
        }
        case 'server-error':
          return failed(500, 'Internal Server Error');
        case 'blocked':
          return failed(403, 'Forbidden: bot was blocked by the user');
        case 'bad-token':
          return failed(401, 'Unauthorized');
        case 'window-closed':
          // Telegram knows no such window.
          return null;
      }
    },
    keep(action, options) {
      const token = options.account ?? DEFAULT_TOKEN;
      const { update, id, callbackId } = buildUpdate(action, token, context);
      if (callbackId) remember(callbacks, callbackId, true);
      updates.add(token, update);
      return id;
    },
    webhook(actions, options) {
      const [action, ...more] = actions;
      if (!action || more.length > 0) throw new TypeError('Telegram sends exactly one update in a POST.');
      const { update, id, callbackId } = buildUpdate(action, options.account ?? DEFAULT_TOKEN, context);
      if (callbackId) remember(callbacks, callbackId, true);
      return {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(options.secret ? { 'x-telegram-bot-api-secret-token': options.secret } : {}),
        },
        body: JSON.stringify(update),
        ids: [id],
      };
    },
    reset() {
      sent.clear();
      callbacks.clear();
      webhooks.clear();
      updates.reset();
    },
  };
}
