/** Instagram's webhooks → events. One delivery may mix messages, echoes, receipts and reactions of several accounts. */
import type { Json, JsonObject, Media, MediaKind } from '../../core/model.ts';
import type { ParsedEvent, ParsedOther, ParsedThread } from '../../core/ports.ts';
import { idOf, instant, list, object, text, wrongText } from '../shared/json.ts';
import { joined, unreadable } from '../shared/words.ts';

const ATTACHMENTS = new Map<string, MediaKind>([
  ['image', 'image'],
  ['video', 'video'],
  // The apps send no other audio than voice notes.
  ['audio', 'voice'],
  ['file', 'document'],
]);
/** What every item has. */
const ENVELOPE = new Set(['sender', 'recipient', 'timestamp']);
const REELS = new Set(['reel', 'ig_reel']);

export function parse(body: Json): ParsedEvent[] {
  const events = list(object(body)?.entry).flatMap((entry) => ofEntry(object(entry) ?? {}));
  return events.length > 0 ? events : [{ kind: 'other', type: 'unknown' }];
}

function ofEntry(entry: JsonObject): ParsedEvent[] {
  return [
    ...list(entry.messaging).map((item) => ofItem(object(item) ?? {}, 'messaging')),
    // The dashboard's tests, and some subscriptions, wrap the same items in changes.
    ...list(entry.changes).map((change) => {
      const field = idOf(object(change)?.field) ?? 'changes';
      const value = object(object(change)?.value) ?? {};
      return field === 'standby' || !value.sender ? other({ type: field }) : ofItem(value, field);
    }),
    // Another app has the conversation.
    ...list(entry.standby).map(() => other({ type: 'standby' })),
  ];
}

function ofItem(item: JsonObject, field: string): ParsedEvent {
  const sender = idOf(object(item.sender)?.id);
  const recipient = idOf(object(item.recipient)?.id);
  const message = object(item.message);
  const [account, customer] = message?.is_echo === true ? [sender, recipient] : [recipient, sender];
  const base: Base = { type: field, route: account, platformAt: instant(item.timestamp) };
  if (message) return ofMessage(message, customer, base);
  const at = idOf(item.timestamp);
  const edit = object(item.message_edit);
  if (edit) return ofEdit(edit, at, base);
  // These have no id of their own, but nobody does the same twice in a millisecond.
  const moment = sender && at && `${sender}:${at}`;
  const reaction = object(item.reaction);
  if (reaction) return ofReaction(reaction, moment, base);
  const read = object(item.read);
  if (read) return ofRead(read, base);
  const postback = object(item.postback);
  if (postback) return ofPostback(postback, moment, customer, base);
  return other({ ...base, type: Object.keys(item).find((name) => name && !ENVELOPE.has(name)) ?? field });
}

function ofEdit(edit: JsonObject, at: string | undefined, base: Base): ParsedEvent {
  const mid = idOf(edit.mid);
  if (!mid) return other(base);
  const version = idOf(edit.num_edit) ?? at;
  const key = version && `edit:${mid}:${version}`;
  return { ...base, kind: 'edit', type: 'message_edit', key, platformId: mid, text: text(edit.text) };
}

function ofReaction(reaction: JsonObject, moment: string | undefined, base: Base): ParsedEvent {
  const mid = idOf(reaction.mid);
  if (!mid) return other(base);
  const emoji = reaction.action === 'unreact' ? '' : (text(reaction.emoji) ?? text(reaction.reaction) ?? '');
  const key = moment && `reaction:${mid}:${moment}`;
  return { ...base, kind: 'reaction', type: 'reaction', key, platformId: mid, text: emoji };
}

function ofRead(read: JsonObject, base: Base): ParsedEvent {
  const mid = idOf(read.mid);
  if (!mid) return other({ ...base, type: 'read' });
  return { ...base, kind: 'status', type: 'status.read', key: `read:${mid}`, platformId: mid, state: 'read' };
}

/** A deletion has the message's own id, so a key says what happened as well. */
function ofMessage(message: JsonObject, customer: string | undefined, base: Base): ParsedEvent {
  const mid = idOf(message.mid);
  if (message.is_deleted === true)
    return mid
      ? { ...base, kind: 'delete', type: 'message.deleted', key: `delete:${mid}`, platformId: mid }
      : other({ ...base, type: 'message.deleted' });
  const key = mid && `message:${mid}`;
  const wrong = wrongText({ 'message.text': message.text });
  if (wrong) return { ...other({ ...base, key, type: 'message' }), wrong };
  // A note to oneself.
  if (message.is_self === true) return other({ ...base, key, type: 'message.self' });
  const attachments = list(message.attachments).map((attachment) => object(attachment) ?? {});
  const isShut = message.is_unsupported === true;
  const media = isShut ? [unreadable(undefined)] : attachments.flatMap(mediumOf);
  const said = text(message.text) || joined(attachments.map(titlesOf), '\n');
  const ours = message.is_echo === true;
  const type = `${ours ? 'echo' : 'message'}.${said ? 'text' : isShut ? 'unsupported' : (media[0]?.kind ?? 'empty')}`;
  const thread = customer ? threadOf(customer) : undefined;
  if (!thread || (!said && media.length === 0)) return other({ ...base, key, type });
  const event = { ...base, type, key, thread, platformId: mid, text: said, media };
  // Instagram's own automatic answers look like a person's; our own sends are known by their ids.
  if (ours) return { ...event, kind: 'echo', automated: false };
  const payload = idOf(object(message.quick_reply)?.payload);
  return { ...event, kind: 'message', choice: payload ? { id: payload, title: said || payload } : undefined };
}

function ofPostback(
  postback: JsonObject,
  moment: string | undefined,
  customer: string | undefined,
  base: Base,
): ParsedEvent {
  const mid = idOf(postback.mid);
  const title = idOf(postback.title) ?? idOf(postback.payload);
  const payload = idOf(postback.payload) ?? title;
  if (!customer || !title || !payload) return other({ ...base, type: 'postback' });
  return {
    ...base,
    kind: 'message',
    type: 'message.postback',
    key: mid ? `postback:${mid}` : moment && `postback:${moment}`,
    thread: threadOf(customer),
    platformId: mid,
    text: title,
    media: [],
    choice: { id: payload, title },
  };
}

/** What is shared has words of its own: a post its caption, a link its title, a card or product its name. */
function titlesOf(attachment: JsonObject): string {
  const payload = object(attachment.payload);
  const elements = [payload?.elements, object(payload?.generic)?.elements, object(payload?.product)?.elements].flatMap(
    list,
  );
  const titles = elements.flatMap((element) => [object(element)?.title, object(element)?.subtitle]);
  return joined([attachment.title, payload?.title, payload?.text, ...titles], '\n');
}

/** Items that are shared (posts, stories) keep their kind in `data`. */
function mediumOf(attachment: JsonObject | undefined): Media[] {
  const type = idOf(attachment?.type);
  if (!type) return [];
  const payload = object(attachment?.payload);
  const kind = ATTACHMENTS.get(type);
  // Meta's policy: a story in which the account is mentioned may not be kept.
  const url = type === 'story_mention' ? undefined : text(payload?.url);
  const shared = { kind: REELS.has(type) ? ('video' as const) : ('image' as const), data: { type } };
  return [{ ...(kind ? { kind } : shared), url, name: text(payload?.title) }];
}

function threadOf(customer: string): ParsedThread {
  return { kind: 'private', identities: [{ kind: 'igsid', value: customer }], address: { id: customer } };
}

type Base = Pick<ParsedEvent, 'type' | 'route' | 'key' | 'platformAt'>;

const other = (base: Base): ParsedOther => ({ ...base, kind: 'other' });
