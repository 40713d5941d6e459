/** Webhook bodies as WAHA posts them, with what each of its engines adds. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { WebhookOptions } from '../types.ts';
import { type Context, remember } from './context.ts';

export const DEFAULT_SESSION = 'default';
/** The phone that is linked to every session here. */
export const ME = { id: '15550783881@c.us', pushName: 'Simulated number', lid: '90000000000001@lid' };

/** At least one of `phone` and `lid`. Of one who has both, the chat is the hidden id and the engine tells the phone beside it. */
export interface WahaCustomer {
  /** E.164, with or without +. */
  phone?: string;
  /** Digits of the hidden id. */
  lid?: string;
  name?: string;
}

export type WahaEngine = 'WEBJS' | 'NOWEB' | 'GOWS';
export type WahaState = 'STOPPED' | 'STARTING' | 'SCAN_QR_CODE' | 'PASSKEY_REQUIRED' | 'WORKING' | 'FAILED';

interface Base {
  /** Id of the message that the action makes, without chat; default: a new one. */
  id?: string;
  /** When it happened, UTC milliseconds; default: now. */
  at?: number;
  /** Session; default: that of the POST. */
  account?: string;
  /** Default: GOWS. */
  engine?: WahaEngine;
}

interface Said extends Base {
  customer: WahaCustomer;
  /** The message it replies to. */
  replyTo?: string;
  /** Said in this group (its id, without `@g.us`) and not in private. */
  group?: string;
  /** `message`: what a session posts that was told to post both. */
  event?: 'message' | 'message.any';
}

export type WahaAction =
  | (Said & { kind: 'text'; text: string })
  /** `missing`: WAHA did not download it. */
  | (Said & { kind: 'photo' | 'video'; caption?: string; mime?: string; missing?: boolean })
  | (Said & { kind: 'voice' | 'audio' | 'sticker'; missing?: boolean })
  | (Said & { kind: 'document'; name?: string; mime?: string; caption?: string })
  | (Said & { kind: 'location'; latitude: number; longitude: number; name?: string; address?: string })
  | (Said & { kind: 'contact'; phone: string; firstName: string })
  /** `emoji` empty: taken back. */
  | (Said & { kind: 'reaction'; messageId: string; emoji: string })
  | (Said & { kind: 'edit'; messageId: string; text: string })
  | (Said & { kind: 'delete'; messageId: string })
  /** What became of a message of ours. The customer may be left out for one that was sent through this simulator. */
  | (Base & {
      kind: 'status';
      status: 'sent' | 'delivered' | 'read' | 'played' | 'failed';
      messageId: string;
      customer?: WahaCustomer;
    })
  /** Written on the phone, or by another program through WAHA (`api`). */
  | (Said & { kind: 'echo'; text: string; source?: 'app' | 'api' })
  /**
   * What was sent through this simulator comes back, in the customer's chat under another of his ids where one is told. NOWEB says `app` of
   * it as well. @throws TypeError for a message that was not
   */
  | (Base & { kind: 'own-echo'; messageId: string; customer?: WahaCustomer })
  /** The session's state changes; requests are refused while it does not work. */
  | (Base & { kind: 'session'; status: WahaState; customer?: undefined });

/** What was sent where. */
export interface WahaSent {
  chat: string;
  text: string;
  /** It was a voice note. */
  voice?: true;
}

const digits = (phone: string): string => phone.replace(/\D/g, '');
const ACKS = { failed: -1, sent: 1, delivered: 2, read: 3, played: 4 } as const;
const ACK_NAMES = ['ERROR', 'PENDING', 'SERVER', 'DEVICE', 'READ', 'PLAYED'];
const MIMES: Record<string, string> = {
  photo: 'image/jpeg',
  video: 'video/mp4',
  voice: 'audio/ogg; codecs=opus',
  audio: 'audio/mpeg',
  sticker: 'image/webp',
  document: 'application/pdf',
};
/** The content's name in WhatsApp's protocol. */
const CONTENTS: Record<string, string> = {
  photo: 'imageMessage',
  video: 'videoMessage',
  voice: 'audioMessage',
  audio: 'audioMessage',
  sticker: 'stickerMessage',
  document: 'documentMessage',
};

export function chatOf({ phone, lid }: WahaCustomer): string {
  if (lid) return `${digits(lid)}@lid`;
  if (phone) return `${digits(phone)}@c.us`;
  throw new TypeError('A WAHA customer has a phone, a lid or both.');
}

/** The chat as the engine's library writes it. */
const inner = (chat: string) => chat.replace('@c.us', '@s.whatsapp.net');

/** `_data`: what the engine adds. */
function dataOf(
  engine: WahaEngine,
  action: WahaAction,
  kind: WahaAction['kind'],
  id: string,
  chat: string,
  fromMe: boolean,
): JsonObject {
  const customer = action.customer ?? {};
  const alt = customer.lid && customer.phone ? `${digits(customer.phone)}@s.whatsapp.net` : undefined;
  const group = 'group' in action && action.group;
  const content: JsonObject = CONTENTS[kind] ? { [CONTENTS[kind]!]: { ptt: kind === 'voice' } } : {};
  const name = fromMe ? undefined : customer.name;
  if (engine === 'WEBJS')
    return {
      id: { fromMe, remote: chat, id, _serialized: `${fromMe}_${chat}_${id}` },
      type: kind === 'voice' ? 'ptt' : kind === 'photo' ? 'image' : kind,
      ...(name ? { notifyName: name } : {}),
    };
  if (engine === 'NOWEB')
    return {
      key: {
        remoteJid: inner(chat),
        fromMe,
        id,
        ...(group ? { participant: inner(chatOf(customer)) } : {}),
        ...(alt ? { [group ? 'participantAlt' : 'remoteJidAlt']: alt } : {}),
      },
      message: content,
      ...(name ? { pushName: name } : {}),
    };
  return {
    Info: {
      Chat: inner(chat),
      Sender: fromMe ? `${digits(ME.id)}:3@s.whatsapp.net` : inner(chatOf(customer)),
      ...(alt ? { [fromMe ? 'RecipientAlt' : 'SenderAlt']: alt } : {}),
      IsFromMe: fromMe,
      ID: id,
      ...(name ? { PushName: name } : {}),
    },
    Message: content,
  };
}

function mediaOf(
  action: WahaAction,
  kind: WahaAction['kind'],
  id: string,
  session: string,
  { files }: Context,
): JsonObject {
  if (!MIMES[kind]) return { hasMedia: false, media: null };
  const mimetype = ('mime' in action && action.mime) || MIMES[kind]!;
  const file = `${id}.${mimetype.replace(/;.*/, '').split('/')[1]}`;
  remember(files, file, mimetype);
  const filename = action.kind === 'document' ? (action.name ?? 'document.pdf') : null;
  // As a server behind a proxy names itself.
  const url = `http://localhost:3000/api/files/${session}/${file}`;
  const missing = 'missing' in action && action.missing;
  return { hasMedia: true, media: missing ? null : { url, mimetype, filename, s3: null, error: null } };
}

const vcard = (name: string, phone: string) =>
  `BEGIN:VCARD\nVERSION:3.0\nN:;${name};;;\nFN:${name}\nTEL;type=CELL;waid=${digits(phone)}:${phone}\nEND:VCARD`;

/** A message, with the session and the id that it has. */
interface Made {
  id: string;
  session: string;
  engine: WahaEngine;
  at: number;
}

function messageOf(
  action: Exclude<WahaAction, { kind: 'session' | 'status' }>,
  made: Made,
  context: Context,
  sent?: WahaSent,
) {
  const { id, session, engine, at } = made;
  const fromMe = action.kind === 'echo' || action.kind === 'own-echo';
  const kind = sent?.voice ? 'voice' : action.kind;
  const group = 'group' in action && action.group ? `${action.group}@g.us` : undefined;
  const chat = sent?.chat ?? group ?? chatOf(action.customer ?? {});
  const participant = group ? (fromMe ? ME.id : chatOf(action.customer ?? {})) : null;
  const body = sent?.text ?? ('text' in action ? action.text : 'caption' in action ? (action.caption ?? '') : '');
  const api = action.kind === 'own-echo' ? engine !== 'NOWEB' : action.kind === 'echo' && action.source === 'api';
  const place = action.kind === 'location' ? action : undefined;
  return {
    id: [String(fromMe), chat, id, ...(participant ? [participant] : [])].join('_'),
    timestamp: Math.floor(at / 1_000),
    from: fromMe ? ME.id : chat,
    fromMe,
    source: api ? 'api' : 'app',
    to: fromMe ? chat : ME.id,
    participant,
    body,
    ...mediaOf(action, kind, id, session, context),
    ack: 1,
    ackName: 'SERVER',
    location: place
      ? {
          latitude: String(place.latitude),
          longitude: String(place.longitude),
          live: false,
          name: place.name ?? null,
          address: place.address ?? null,
          url: null,
        }
      : null,
    vCards: action.kind === 'contact' ? [vcard(action.firstName, action.phone)] : [],
    replyTo: 'replyTo' in action && action.replyTo ? { id: action.replyTo, participant: ME.id, body: '' } : null,
    _data: dataOf(engine, action, kind, id, chat, fromMe),
  } satisfies JsonObject;
}

/** Event and payload, and the id of the message that it makes or speaks of. */
function eventOf(
  action: WahaAction,
  made: Made,
  context: Context,
  sentTo: (messageId: string) => WahaSent | undefined,
): { event: string; payload: Json; about: string } {
  const { id, at } = made;
  if (action.kind === 'session')
    return {
      event: 'session.status',
      payload: {
        name: made.session,
        status: action.status,
        statuses: [{ status: action.status, timestamp: at }],
        data: null,
      },
      about: '',
    };
  if (action.kind === 'status') {
    const { messageId, status } = action;
    const chat = action.customer ? chatOf(action.customer) : sentTo(messageId)?.chat;
    if (!chat) throw new TypeError(`Nothing was sent as ${messageId}, and no customer is told.`);
    const ack = ACKS[status];
    const payload = {
      id: `true_${chat}_${messageId}`,
      from: chat,
      to: ME.id,
      participant: null,
      fromMe: true,
      ack,
      ackName: ACK_NAMES[ack + 1]!,
    };
    return { event: 'message.ack', payload, about: messageId };
  }
  if (action.kind === 'own-echo') {
    const sent = sentTo(action.messageId);
    if (!sent) throw new TypeError(`Nothing was sent as ${action.messageId}.`);
    const { messageId: about, customer } = action;
    const told = customer ? { ...sent, chat: chatOf(customer) } : sent;
    return { event: 'message.any', payload: messageOf(action, { ...made, id: about }, context, told), about };
  }
  const message = messageOf(action, made, context);
  switch (action.kind) {
    case 'reaction': {
      const known = sentTo(action.messageId);
      const messageId = known ? `true_${known.chat}_${action.messageId}` : `false_${message.from}_${action.messageId}`;
      const { id: own, from, to, fromMe, source, participant, _data } = message;
      const reaction = { text: action.emoji, messageId };
      const payload = { id: own, timestamp: at / 1_000, from, to, fromMe, source, participant, reaction, _data };
      return { event: 'message.reaction', payload, about: id };
    }
    case 'edit':
      return { event: 'message.edited', payload: { ...message, editedMessageId: action.messageId }, about: id };
    case 'delete':
      return {
        event: 'message.revoked',
        payload: { after: message, before: null, revokedMessageId: action.messageId },
        about: id,
      };
    default:
      return { event: action.event ?? 'message.any', payload: message, about: id };
  }
}

/** @throws TypeError for a customer with neither phone nor hidden id, and for an unknown message of ours */
export function buildWaha(
  action: WahaAction,
  options: WebhookOptions,
  context: Context,
  sentTo: (messageId: string) => WahaSent | undefined,
): { payload: JsonObject; session: string; about: string } {
  const session = action.account ?? options.account ?? DEFAULT_SESSION;
  const at = action.at ?? context.now();
  const engine = action.engine ?? 'GOWS';
  const id = action.id ?? `3A${context.ids.hex(18).toUpperCase()}`;
  const { event, payload, about } = eventOf(action, { id, session, engine, at }, context, sentTo);
  const environment = { version: '2026.7.1', engine, tier: 'CORE', browser: null };
  const call = { id: `evt_${context.ids.hex(26)}`, timestamp: context.now(), event, session, metadata: {}, me: ME };
  return { payload: { ...call, payload, engine, environment }, session, about };
}
