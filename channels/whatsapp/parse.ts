/** The Cloud API's webhooks → events. One delivery may mix messages, statuses and echoes of several numbers. */
import type { Identity, Json, JsonObject } from '../../core/model.ts';
import type { ParsedEvent, ParsedOther, ParsedStatus, ParsedThread } from '../../core/ports.ts';
import { idOf, instant, list, object, text, wrongText } from '../shared/json.ts';
import { statusError } from '../shared/meta.ts';
import { choiceOf, contentOf, typeOf } from './content.ts';
import { RULES } from './errors.ts';

/** What a `value` says of all its items. */
interface Scope {
  route?: string;
  /** Digits of the business's own number. */
  own?: string;
  contactOf(number: string | undefined, userId: string | undefined): JsonObject | undefined;
}

const STATES = new Map<string, ParsedStatus['state']>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  // A voice note that was listened to.
  ['played', 'read'],
  ['failed', 'failed'],
]);

export function parse(body: Json): ParsedEvent[] {
  const events = list(object(body)?.entry).flatMap((entry) =>
    list(object(entry)?.changes).flatMap((change) => ofChange(object(change) ?? {})),
  );
  return events.length > 0 ? events : [{ kind: 'other', type: 'unknown' }];
}

/** History imports, app state, another handler's thread, calls and account news have fields of their own, and none is answered. */
function ofChange(change: JsonObject): ParsedEvent[] {
  const field = idOf(change.field) ?? 'messages';
  const value = object(change.value) ?? {};
  const metadata = object(value.metadata);
  const scope: Scope = {
    route: idOf(metadata?.phone_number_id),
    own: digits(metadata?.display_phone_number),
    contactOf: contactsIn(value.contacts),
  };
  let events: ParsedEvent[] = [];
  if (field === 'messages' || field === 'message_echoes' || field === 'smb_message_echoes')
    events = [
      ...list(value.messages).map((item) => ofMessage(object(item) ?? {}, scope)),
      ...list(value.message_echoes).map((item) => ofEcho(object(item) ?? {}, scope)),
      ...list(value.statuses).map((item) => ofStatus(object(item) ?? {}, scope)),
    ];
  else if (field === 'user_id_update')
    events = list(value.user_id_update).map((item) => ofIdUpdate(object(item) ?? {}, scope));
  else if (field === 'user_preferences')
    events = list(value.user_preferences).map((item) => ofPreference(object(item) ?? {}, scope));
  return events.length > 0
    ? events
    : [{ kind: 'other', type: value.errors ? `${field}.errors` : field, route: scope.route }];
}

function ofMessage(message: JsonObject, scope: Scope): ParsedEvent {
  // No documented case, but answering ourselves would never end.
  if (scope.own && digits(message.from) === scope.own) return ofEcho(message, scope);
  const type = typeOf(message);
  const base = baseOf(message, `message.${type}`, scope);
  const changed = ofChanged(message, type, base);
  if (changed) return changed;
  if (type === 'system') return ofSystem(object(message.system) ?? {}, message, base);
  if (type === 'reaction') {
    const reaction = object(message.reaction);
    const about = idOf(reaction?.message_id);
    // No emoji, or an empty one: taken back.
    return about ? { ...base, kind: 'reaction', platformId: about, text: text(reaction?.emoji) ?? '' } : other(base);
  }
  const wrong = wrongText({ from: message.from, ...(type === 'text' && { 'text.body': bodyOf(message.text) }) });
  if (wrong) return { ...other(base), wrong };
  const thread = threadOf(message.from, message.from_user_id, message.group_id, scope);
  const choice = choiceOf(message, type);
  const content = contentOf(message, type);
  const said = choice?.title ?? content.text;
  if (!thread || (!said && content.media.length === 0)) return other(base);
  return {
    ...base,
    kind: 'message',
    thread,
    platformId: idOf(message.id),
    text: said,
    media: content.media,
    choice,
    template: type === 'button' || undefined,
  };
}

/** What stands where the words must, which are there in every text of the platform. */
const bodyOf = (written: Json | undefined): Json => object(written)?.body ?? {};

/** Sent from the phone's app or a device linked to it, or by WhatsApp's own automation; our API calls are never echoed. */
function ofEcho(echo: JsonObject, scope: Scope): ParsedEvent {
  const type = typeOf(echo);
  const base = baseOf(echo, `echo.${type}`, scope);
  const changed = ofChanged(echo, type, base);
  if (changed) return changed;
  const thread = threadOf(echo.to, echo.to_user_id, echo.group_id, scope);
  const content = contentOf(echo, type);
  // A person's reaction is not an answer; the rest has nothing to keep.
  if (!thread || type === 'reaction' || (!content.text && content.media.length === 0)) return other(base);
  const maker = text(echo.message_creation_type);
  const automated = maker !== undefined && !maker.startsWith('user');
  return { ...base, kind: 'echo', thread, platformId: idOf(echo.id), ...content, automated };
}

/** Edited or taken back: these have an id of their own and name the original. */
function ofChanged(message: JsonObject, type: string, base: Base): ParsedEvent | undefined {
  if (type === 'edit') {
    const edit = object(message.edit);
    const original = idOf(edit?.original_message_id);
    const now = object(edit?.message) ?? {};
    return original
      ? { ...base, kind: 'edit', platformId: original, text: contentOf(now, typeOf(now)).text }
      : other(base);
  }
  if (type !== 'revoke') return undefined;
  const original = idOf(object(message.revoke)?.original_message_id);
  return original ? { ...base, kind: 'delete', platformId: original } : other(base);
}

function ofSystem(system: JsonObject, message: JsonObject, base: Base): ParsedEvent {
  const change = text(system.type) ?? '';
  const pair =
    change === 'user_changed_user_id'
      ? [bsuid(message.from_user_id), bsuid(system.user_id)]
      : change === 'user_changed_number'
        ? [phone(message.from), phone(system.wa_id)]
        : [];
  return identityChange(pair, { ...base, type: `message.system.${change || 'unknown'}` });
}

function ofIdUpdate(update: JsonObject, scope: Scope): ParsedEvent {
  const ids = object(update.user_id);
  const [previous, current] = [bsuid(ids?.previous), bsuid(ids?.current)];
  const key =
    previous && current ? `user_id:${previous.value}:${current.value}:${text(update.timestamp) ?? ''}` : undefined;
  const platformAt = instant(update.timestamp);
  return identityChange([previous, current], { type: 'user_id_update', key, route: scope.route, platformAt });
}

/** "Stop promotions" and its opposite, chosen in WhatsApp's own menu. */
function ofPreference(preference: JsonObject, scope: Scope): ParsedEvent {
  const thread = threadOf(preference.wa_id, preference.user_id, undefined, scope);
  const value = text(preference.value);
  const consent = value === 'stop' ? 'out' : value === 'resume' ? 'in' : undefined;
  const who = thread?.identities[0]?.value;
  const at = idOf(preference.timestamp);
  const base: Base = {
    type: `user_preferences.${value || 'unknown'}`,
    route: scope.route,
    key: who && at && `preference:${who}:${value}:${at}`,
    platformAt: instant(preference.timestamp),
  };
  return thread && consent ? { ...base, kind: 'consent', thread, consent } : other(base);
}

function identityChange([previous, current]: (Identity | undefined)[], base: Base): ParsedEvent {
  return previous && current ? { ...base, kind: 'identity', previous, current } : other(base);
}

function ofStatus(status: JsonObject, scope: Scope): ParsedEvent {
  const about = idOf(status.id);
  const name = idOf(status.status) ?? 'unknown';
  const state = STATES.get(name);
  const base: Base = { type: `status.${name}`, route: scope.route, platformAt: instant(status.timestamp) };
  if (!about || !state) return other(base);
  // In a group every participant has receipts of his own.
  const participant = idOf(status.recipient_participant_user_id) ?? idOf(status.recipient_participant_id);
  const key = ['status', about, name, ...(participant ? [participant] : [])].join(':');
  const error = state === 'failed' ? statusError('WHATSAPP', RULES, list(status.errors)[0]) : undefined;
  return { ...base, kind: 'status', key, platformId: about, state, error };
}

type Base = Pick<ParsedEvent, 'type' | 'route' | 'key' | 'platformAt'>;

function baseOf(message: JsonObject, type: string, scope: Scope): Base {
  const own = idOf(message.id);
  return { type, route: scope.route, key: own && `message:${own}`, platformAt: instant(message.timestamp) };
}

const other = (base: Base): ParsedOther => ({ ...base, kind: 'other' });

/**
 * The customer's thread. The BSUID is the stronger identity: a phone may be missing, and is hidden from people who chose a user name.
 * Sends go to the phone where it is known, since every API version and every kind of message takes it, else to the BSUID.
 */
function threadOf(
  number: Json | undefined,
  userId: Json | undefined,
  groupId: Json | undefined,
  scope: Scope,
): ParsedThread | undefined {
  const from = digits(number);
  const contact = scope.contactOf(from, idOf(userId));
  const user = bsuid(userId) ?? bsuid(contact?.user_id);
  const tel = from ? phone(from) : phone(contact?.wa_id);
  const identities = [user, tel].filter((identity) => identity !== undefined);
  const profile = object(contact?.profile);
  const who = { identities, name: text(profile?.name), username: text(profile?.username) };
  const group = idOf(groupId);
  if (group) return { kind: 'group', key: group, ...who, address: { group } };
  if (tel) return { kind: 'private', ...who, address: { to: `+${tel.value}` } };
  return user && { kind: 'private', ...who, address: { recipient: user.value } };
}

/** The first contact with this number or this id; by tables, for a batch of as many messages as contacts. */
function contactsIn(value: Json | undefined): Scope['contactOf'] {
  const contacts = list(value).map((contact) => object(contact) ?? {});
  const [numbers, users] = [new Map<string, number>(), new Map<string, number>()];
  for (const [at, { wa_id, user_id }] of contacts.entries()) {
    const [number, user] = [digits(wa_id), idOf(user_id)];
    if (number && !numbers.has(number)) numbers.set(number, at);
    if (user && !users.has(user)) users.set(user, at);
  }
  return (number, userId) => {
    const found = [number && numbers.get(number), userId && users.get(userId)].filter((at) => typeof at === 'number');
    return found.length > 0 ? contacts[Math.min(...found)] : undefined;
  };
}

function bsuid(value: Json | undefined): Identity | undefined {
  const user = idOf(value);
  return user ? { kind: 'bsuid', value: user } : undefined;
}

function phone(value: Json | undefined): Identity | undefined {
  const number = digits(value);
  return number ? { kind: 'phone', value: number } : undefined;
}

/** Written `+1 650…` or `1650…`, it is one number. */
function digits(value: Json | undefined): string | undefined {
  return text(value)?.replace(/\D/g, '') || undefined;
}
