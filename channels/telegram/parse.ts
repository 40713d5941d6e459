/** Telegram's Update → events. Facts: Bot API "Update", "Message"; text positions are UTF-16, which is what JavaScript counts. */
import type { Json, JsonObject, Media, MediaKind } from '../../core/model.ts';
import type { ParsedEvent, ParsedThread } from '../../core/ports.ts';
import { idOf, instant, list, number, object, text, wrongText } from '../shared/json.ts';
import { unreadable } from '../shared/words.ts';
import { wordsOf } from './words.ts';

const MEDIA: Record<string, MediaKind> = {
  voice: 'voice',
  audio: 'audio',
  video: 'video',
  video_note: 'video',
  animation: 'video',
  document: 'document',
  sticker: 'sticker',
};

/** What a bot is told of and cannot open. */
const SHUT = ['paid_media', 'story', 'gift', 'unique_gift'];
const shutOf = (message: JsonObject) => SHUT.find((name) => object(message[name]));

/** Keys that every message may have. */
const ENVELOPE = new Set([
  'message_id',
  'message_thread_id',
  'from',
  'sender_chat',
  'business_connection_id',
  'date',
  'chat',
  'is_topic_message',
  'reply_to_message',
  'protect_content',
]);

/** `chat:message`, because a message's id is unique in its chat only. */
export function platformId(chat: Json | undefined, message: Json | undefined): string | undefined {
  const chatId = idOf(chat);
  const messageId = idOf(message);
  return chatId && messageId ? `${chatId}:${messageId}` : undefined;
}

export function parse(body: Json): ParsedEvent[] {
  const update = object(body);
  if (!update) return [{ kind: 'other', type: 'unknown' }];
  const updateId = idOf(update.update_id);
  const key = updateId && `update:${updateId}`;
  for (const kind of ['message', 'business_message'] as const) {
    const message = object(update[kind]);
    if (message) return [ofMessage(message, kind, key)];
  }
  for (const kind of ['edited_message', 'edited_business_message'] as const) {
    const message = object(update[kind]);
    if (message) return [ofEdit(message, kind, key)];
  }
  const callback = object(update.callback_query);
  if (callback) return [ofCallback(callback, key)];
  const deleted = object(update.deleted_business_messages);
  if (deleted) return ofDeleted(deleted, key);
  const reaction = object(update.message_reaction);
  if (reaction) return [ofReaction(reaction, key)];
  const member = object(update.my_chat_member);
  if (member) return [ofMember(member, key)];
  const type = Object.keys(update).find((name) => name && name !== 'update_id') ?? 'unknown';
  return [{ kind: 'other', type, key }];
}

function ofMessage(message: JsonObject, kind: 'message' | 'business_message', key: string | undefined): ParsedEvent {
  const wrong = wrongText({
    'message.text': message.text,
    'message.caption': message.caption,
    'message.chat.id': object(message.chat)?.id,
  });
  if (wrong) return { kind: 'other', type: kind, key, wrong };
  const thread = threadOf(message);
  if (!thread) return { kind: 'other', type: kind, key };
  const media = mediaOf(message);
  const said = wordsOf(message);
  const type = `${kind}.${message.text !== undefined ? 'text' : (shutOf(message) ?? media[0]?.kind ?? serviceOf(message))}`;
  if (!said && media.length === 0) return { kind: 'other', type, key };
  const base = { key, type, platformAt: instant(message.date), thread, text: said, media };
  const id = platformId(object(message.chat)?.id, message.message_id);
  const customer = text(writerOf(message)?.id) ?? (kind === 'message' ? undefined : text(object(message.chat)?.id));
  const fromCustomer = customer === undefined || text(object(message.from)?.id) === customer;
  const bot = object(message.from)?.is_bot === true;
  if (fromCustomer) return { kind: 'message', platformId: id, ...base, ...(bot && { automated: true }) };
  const automated = message.is_from_offline === true || message.sender_business_bot !== undefined;
  return { kind: 'echo', platformId: id, automated, ...base };
}

/** What a message without words or media is about, e.g. `migrate_to_chat_id`, `poll`. For the log only. */
function serviceOf(message: JsonObject): string {
  return Object.keys(message).find((name) => name && !ENVELOPE.has(name)) ?? 'empty';
}

function ofEdit(message: JsonObject, kind: string, key: string | undefined): ParsedEvent {
  const id = platformId(object(message.chat)?.id, message.message_id);
  if (!id) return { kind: 'other', type: kind, key };
  return { kind: 'edit', type: kind, key, platformId: id, text: text(message.text) ?? text(message.caption) };
}

/**
 * A tapped inline button. Its "message id" is the query's, which must be answered to stop the client's spinner. The message it hangs on may
 * be inaccessible (too old) or absent; then the button's title is not known and its data stands for it.
 */
function ofCallback(callback: JsonObject, key: string | undefined): ParsedEvent {
  const message = object(callback.message) ?? {};
  const chat = object(message.chat) ?? { id: object(callback.from)?.id ?? null, type: 'private' };
  const thread = threadOf({ ...message, chat, from: callback.from ?? null });
  const data = idOf(callback.data);
  if (!thread || data === undefined) return { kind: 'other', type: 'callback_query', key };
  const title = titleOf(message, data) ?? data;
  const id = idOf(callback.id);
  return {
    kind: 'message',
    type: 'callback_query',
    key,
    thread,
    platformId: id && `callback:${id}`,
    text: title,
    media: [],
    choice: { id: data, title },
  };
}

function titleOf(message: JsonObject, data: string): string | undefined {
  for (const row of list(object(message.reply_markup)?.inline_keyboard))
    for (const button of list(row)) if (object(button)?.callback_data === data) return idOf(object(button)?.text);
  return undefined;
}

function ofDeleted(deleted: JsonObject, key: string | undefined): ParsedEvent[] {
  return list(deleted.message_ids).flatMap((message): ParsedEvent[] => {
    const id = platformId(object(deleted.chat)?.id, message);
    return id
      ? [{ kind: 'delete', type: 'deleted_business_messages', key: key && `${key}:${text(message)}`, platformId: id }]
      : [];
  });
}

function ofReaction(reaction: JsonObject, key: string | undefined): ParsedEvent {
  const id = platformId(object(reaction.chat)?.id, reaction.message_id);
  if (!id) return { kind: 'other', type: 'message_reaction', key };
  const emoji = text(object(list(reaction.new_reaction)[0])?.emoji) ?? '';
  return { kind: 'reaction', type: 'message_reaction', key, platformId: id, text: emoji };
}

/** In a private chat: the user blocked the bot, or took it back. */
function ofMember(member: JsonObject, key: string | undefined): ParsedEvent {
  const thread = threadOf(member);
  const status = idOf(object(member.new_chat_member)?.status);
  if (thread?.kind !== 'private' || !status) return { kind: 'other', type: 'my_chat_member', key };
  return { kind: 'reach', type: `my_chat_member.${status}`, key, thread, reachable: status !== 'kicked' };
}

/** Who writes to a channel in its direct messages, where a topic is a person; the channel's people answer there as well. */
const writerOf = (message: JsonObject) => object(object(message.direct_messages_topic)?.user);

/** A channel's direct messages: a private chat with whoever writes to it. */
function directOf(message: JsonObject, chatId: string): ParsedThread | undefined {
  const topic = idOf(object(message.direct_messages_topic)?.topic_id);
  const writer = writerOf(message) ?? object(message.from);
  const id = idOf(writer?.id);
  if (!topic || !writer || !id) return undefined;
  return {
    kind: 'private',
    key: `direct:${chatId}:${topic}`,
    identities: [{ kind: 'telegram', value: id }],
    name: fullNameOf(writer),
    username: text(writer.username),
    locale: localeOf(text(object(message.from)?.id) === id ? object(message.from) : undefined),
    address: { chat_id: chatId, direct_messages_topic_id: Number(topic) },
  };
}

const fullNameOf = (person: JsonObject) =>
  [text(person.first_name), text(person.last_name)].filter(Boolean).join(' ') || undefined;

function threadOf(message: JsonObject): ParsedThread | undefined {
  const chat = object(message.chat);
  const chatId = idOf(chat?.id);
  if (!chat || !chatId) return undefined;
  const direct = directOf(message, chatId);
  if (direct) return direct;
  const from = object(message.from);
  const connection = idOf(message.business_connection_id);
  const type = idOf(chat.type) ?? 'private';
  // In a group without topics this is the reply's thread, which needs no answer of its own.
  const topic = message.is_topic_message === true ? number(message.message_thread_id) : undefined;
  const place: JsonObject = { chat_id: chatId, ...(topic === undefined ? {} : { message_thread_id: topic }) };
  if (type !== 'private') {
    const author = idOf(from?.id);
    return {
      kind: 'group',
      key: topic === undefined ? chatId : `${chatId}:topic:${topic}`,
      identities: author ? [{ kind: 'telegram', value: author }] : [],
      name: text(chat.title),
      address: place,
    };
  }
  // In a business chat the chat's id is the customer's, whoever wrote.
  const customer = connection ? chat : (from ?? chat);
  return {
    kind: 'private',
    key: keyOf(connection, topic),
    identities: [{ kind: 'telegram', value: chatId }],
    name: fullNameOf(customer),
    username: text(customer.username),
    locale: localeOf(text(from?.id) === chatId ? from : undefined),
    address: connection ? { ...place, business_connection_id: connection } : place,
  };
}

/** A private chat has a thread for each connected business account, and for each topic. */
function keyOf(connection: string | undefined, topic: number | undefined): string | undefined {
  const parts = [connection && `business:${connection}`, topic === undefined ? undefined : `topic:${topic}`];
  return parts.filter(Boolean).join(':') || undefined;
}

/** `pt-br` → `pt`; a language without a two-letter code is left out. */
function localeOf(customer: JsonObject | undefined): string | undefined {
  const language = text(customer?.language_code)?.split('-')[0]?.toLowerCase();
  return language?.length === 2 ? language : undefined;
}

function mediaOf(message: JsonObject): Media[] {
  const caption = text(message.caption);
  const photos = list(message.photo);
  if (photos.length > 0)
    return [{ kind: 'image', ref: text(object(photos.at(-1))?.file_id), mime: 'image/jpeg', caption }];
  for (const [name, kind] of Object.entries(MEDIA)) {
    const file = object(message[name]);
    if (file)
      return [{ kind, ref: text(file.file_id), mime: text(file.mime_type), name: text(file.file_name), caption }];
  }
  const place = object(message.location);
  if (place) return [{ kind: 'location', data: { ...place, ...(message.venue ? { venue: message.venue } : {}) } }];
  const contact = object(message.contact);
  if (contact) return [{ kind: 'contact', data: contact }];
  const shut = shutOf(message);
  return shut ? [unreadable(shut)] : [];
}
