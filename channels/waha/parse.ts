/** WAHA's webhooks → events. One event a call, of the session that it names. */
import type { Identity, Json, JsonObject, SendError } from '../../core/model.ts';
import type { ParsedEvent, ParsedOther, ParsedStatus, ParsedThread } from '../../core/ports.ts';
import { idOf, instant, list, object, text, wrongText } from '../shared/json.ts';
import { joined } from '../shared/words.ts';
import { contentOf } from './content.ts';
import { choiceOf, isAside, otherIds, pushName } from './engine.ts';
import { healthOf } from './health.ts';
import { identitiesOf, isGroup, type MessageId, messageId, personOf, written } from './ids.ts';

/** What the call says beside its payload. */
interface Scope {
  event: string;
  session?: string;
  /** The call's own id: the same when it is tried again. */
  id?: string;
  at?: number;
  /** The session's own number and hidden id. */
  own: Identity[];
}

type Base = Pick<ParsedEvent, 'type' | 'route' | 'key' | 'platformAt'>;
type Read = (payload: JsonObject, scope: Scope) => ParsedEvent;

const READERS: Record<string, Read> = {
  'message.any': ofMessage,
  'message.edited': ofEdit,
  'message.revoked': ofRevoked,
  'message.reaction': ofReaction,
  'message.ack': ofAck,
  'message.ack.group': ofAck,
  'poll.vote': ofVote,
  'session.status': ofSession,
};

export function parse(body: Json): ParsedEvent[] {
  const call = object(body) ?? {};
  const me = object(call.me);
  const event = idOf(call.event) ?? 'unknown';
  const scope: Scope = {
    event,
    session: idOf(call.session),
    id: idOf(call.id),
    at: instant(call.timestamp),
    own: [me?.id, me?.lid, me?.jid].map(personOf).filter((one) => one !== undefined),
  };
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  // Plain `message` among the rest: whoever subscribed to it as well gets each message of a customer twice.
  return [read ? read(object(call.payload) ?? {}, scope) : other(baseOf({}, event, scope))];
}

/** By the call's id; of old versions, which give none, by what it is about. */
function baseOf(payload: JsonObject, type: string, scope: Scope, about?: string): Base {
  const platformAt = instant(payload.timestamp) ?? scope.at;
  const key = scope.id ?? (about && `${about}:${platformAt ?? ''}`);
  return { type, route: scope.session, key: key && `${scope.event}:${key}`, platformAt };
}

const other = (base: Base): ParsedOther => ({ ...base, kind: 'other' });

function ofMessage(payload: JsonObject, scope: Scope): ParsedEvent {
  const id = messageId(payload.id);
  const fromMe = isOurs(payload, id, scope);
  const name = fromMe ? 'echo' : 'message';
  const content = contentOf(payload, id);
  const base: Base = {
    ...baseOf(payload, `${name}.${content.type}`, scope),
    // Told once, however many calls tell it.
    key: id.bare && `message:${id.bare}`,
  };
  const wrong = wrongText({ from: written(payload.from) ?? payload.from, body: payload.body });
  if (wrong) return { ...other(base), wrong };
  const thread = threadOf(payload, id, fromMe, scope);
  if (!thread || isAside(object(payload._data))) return other(base);
  const told = { platformId: id.bare, media: content.media };
  if (fromMe) {
    if (!content.text && content.media.length === 0) return other(base);
    // Through WAHA's API, by us or by another program. Some engines say `app` of those too: our own are known by their ids.
    return { ...base, kind: 'echo', thread, ...told, text: content.text, automated: payload.source === 'api' };
  }
  const chosen = choiceOf(object(payload._data));
  const title = chosen && (chosen.title ?? content.text);
  const choice = chosen && title ? { id: chosen.id, title } : undefined;
  const said = choice?.title ?? content.text;
  if (!said && content.media.length === 0) return other(base);
  return { ...base, kind: 'message', thread, ...told, text: said, choice };
}

/** Answering ourselves would never end. */
function isOurs(payload: JsonObject, id: MessageId, { own }: Scope): boolean {
  const from = personOf(payload.from);
  return (
    payload.fromMe === true ||
    id.fromMe === true ||
    (from !== undefined && own.some(({ kind, value }) => kind === from.kind && value === from.value))
  );
}

/** Undefined for what is no conversation: statuses, channels, broadcast lists, a chat with oneself. */
function threadOf(payload: JsonObject, id: MessageId, fromMe: boolean, { own }: Scope): ParsedThread | undefined {
  const chat = id.chat ?? written(fromMe ? payload.to : payload.from);
  if (!chat) return undefined;
  const data = object(payload._data);
  const name = fromMe ? undefined : pushName(data);
  if (isGroup(chat)) {
    const author = [payload.participant, payload.author, id.author, ...otherIds(data, { fromMe, group: true })];
    const identities = fromMe ? [] : identitiesOf(author, own);
    return { kind: 'group', key: chat, identities, name, address: { chatId: chat } };
  }
  if (!personOf(chat)) return undefined;
  const ids = [chat, fromMe ? payload.to : payload.from, ...otherIds(data, { fromMe, group: false })];
  const identities = identitiesOf(ids, own);
  return identities.length > 0
    ? { kind: 'private', identities, name, address: { chatId: addressOf(chat) } }
    : undefined;
}

/** As WAHA wants it in a request. */
function addressOf(chat: string): string {
  const { kind, value } = personOf(chat)!;
  return `${value}@${kind === 'lid' ? 'lid' : 'c.us'}`;
}

function ofEdit(payload: JsonObject, scope: Scope): ParsedEvent {
  const id = messageId(payload.id);
  const about = messageId(payload.editedMessageId).bare ?? id.bare;
  const base = baseOf(payload, 'message.edited', scope, id.bare);
  if (!about || wrongText({ body: payload.body })) return other(base);
  return { ...base, kind: 'edit', platformId: about, text: contentOf(payload, id).text };
}

function ofRevoked(payload: JsonObject, scope: Scope): ParsedEvent {
  const [after, before] = [object(payload.after), object(payload.before)];
  const about = [payload.revokedMessageId, before?.id, after?.id].map((id) => messageId(id).bare).find(Boolean);
  const base = baseOf(after ?? before ?? {}, 'message.revoked', scope, about);
  return about ? { ...base, kind: 'delete', platformId: about } : other(base);
}

/** A person's reaction is not an answer, so our side's say nothing. */
function ofReaction(payload: JsonObject, scope: Scope): ParsedEvent {
  const id = messageId(payload.id);
  const reaction = object(payload.reaction);
  const about = messageId(reaction?.messageId).bare;
  const base = baseOf(payload, 'message.reaction', scope, id.bare);
  if (!about || isOurs(payload, id, scope)) return other(base);
  return { ...base, kind: 'reaction', platformId: about, text: text(reaction?.text) ?? '' };
}

/** `ack`, and `ackName` beside it; 0 is what has not left the phone. */
const ACKS = new Map<string, ParsedStatus['state']>([
  ['-1', 'failed'],
  ['ERROR', 'failed'],
  ['1', 'sent'],
  ['SERVER', 'sent'],
  ['2', 'delivered'],
  ['DEVICE', 'delivered'],
  ['3', 'read'],
  ['READ', 'read'],
  // A voice note that was listened to.
  ['4', 'read'],
  ['PLAYED', 'read'],
]);
const NOT_TAKEN: SendError = {
  code: 'WAHA_ACK_ERROR',
  message: 'WhatsApp did not take the message.',
  action: 'Look at WhatsApp on the phone: the number may be restricted, or this customer not reachable.',
};

/** What became of a message; of a customer's it says only that we read it. */
function ofAck(payload: JsonObject, scope: Scope): ParsedEvent {
  const id = messageId(payload.id);
  const state = ACKS.get(text(payload.ack) ?? text(payload.ackName) ?? '');
  const base = baseOf(payload, `status.${state ?? 'unknown'}`, scope, id.bare);
  if (!id.bare || !state || !(payload.fromMe === true || id.fromMe)) return other(base);
  // In a group every participant has receipts of his own.
  const participant = written(payload.participant) ?? id.author;
  const key = ['status', id.bare, state, ...(participant ? [participant] : [])].join(':');
  return { ...base, kind: 'status', key, platformId: id.bare, state, ...(state === 'failed' && { error: NOT_TAKEN }) };
}

/** A customer's vote in a poll of ours is an answer. */
function ofVote(payload: JsonObject, scope: Scope): ParsedEvent {
  const vote = object(payload.vote) ?? {};
  const id = messageId(vote.id);
  const base: Base = { ...baseOf(vote, 'message.vote', scope), key: id.bare && `message:${id.bare}` };
  const options = joined(list(vote.selectedOptions));
  const thread = isOurs(vote, id, scope)
    ? undefined
    : threadOf({ ...vote, _data: payload._data ?? null }, id, false, scope);
  if (!thread || !options) return other(base);
  return { ...base, kind: 'message', thread, platformId: id.bare, text: options, media: [] };
}

function ofSession(payload: JsonObject, scope: Scope): ParsedEvent {
  const points = list(payload.statuses).map((point) => object(point) ?? {});
  const state = idOf(payload.status) ?? 'unknown';
  const at = instant(points.findLast(({ status }) => status === state)?.timestamp) ?? scope.at;
  const base = baseOf({ timestamp: at ?? null }, `session.${state}`, scope, state);
  const health = healthOf(state, scope.session ?? idOf(payload.name) ?? '');
  if (!health) return other(base);
  const phone = health.error ? undefined : scope.own.find(({ kind }) => kind === 'phone')?.value;
  return { ...base, kind: 'health', ...health, ...(phone && { phone }) };
}
