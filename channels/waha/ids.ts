/** WhatsApp Web's ids of people, groups and messages, in the spellings of all engines. */
import type { Identity, Json } from '../../core/model.ts';
import { idOf, object, text } from '../shared/json.ts';

/** With what tells a person's devices apart: `34600000001:12@s.whatsapp.net`. A bare number stands in calls made by hand. */
const PERSON = /^\+?(\d{2,32})(?:[.:]\d{1,9}){0,2}(?:@(c\.us|s\.whatsapp\.net|lid))?$/;
const MESSAGE = /^(true|false)_([^_]+)_([^_]+)(?:_(.+))?$/;

/** An id as text; WEBJS wraps some in objects. */
export const written = (id: Json | undefined): string | undefined => idOf(id) ?? idOf(object(id)?._serialized);

/** A hidden id is nobody's phone number. */
export function personOf(id: Json | undefined): Identity | undefined {
  const [, value, server] = PERSON.exec(written(id) ?? '') ?? [];
  return value ? { kind: server === 'lid' ? 'lid' : 'phone', value } : undefined;
}

/** Who these ids are, the stronger first: a phone number goes to another person some day, a hidden id does not. */
export function identitiesOf(ids: readonly (Json | undefined)[], own: readonly Identity[]): Identity[] {
  const people = ids.map(personOf).filter((one) => one !== undefined);
  const others = people.filter((one) => !own.some(({ kind, value }) => kind === one.kind && value === one.value));
  return ['lid', 'phone'].flatMap((kind) => others.find((one) => one.kind === kind) ?? []);
}

export const isGroup = (chat: string) => chat.endsWith('@g.us');

export interface MessageId {
  /** `false_34600000001@c.us_3EB0…` as it came. */
  whole?: string;
  fromMe?: boolean;
  chat?: string;
  /** What the message is called in each spelling, and in edits and deletions alone. */
  bare?: string;
  /** In a group: who wrote it. */
  author?: string;
}

export function messageId(id: Json | undefined): MessageId {
  const whole = written(id);
  const [, side, chat, bare, author] = MESSAGE.exec(whole ?? '') ?? [];
  return bare ? { whole, fromMe: side === 'true', chat, bare, author } : { whole, bare: whole };
}

/** The id of a message that was just sent: each engine answers in its own shape. */
export function sentId(answer: Json | undefined): string | undefined {
  const message = object(answer);
  const data = object(message?._data);
  const all = [message?.id, keyId(message), data?.id, keyId(data), object(data?.Info)?.ID];
  return all.map((id) => messageId(id).bare ?? text(object(id)?.id)).find(Boolean);
}

const keyId = (message: ReturnType<typeof object>): Json | undefined => object(message?.key)?.id;
