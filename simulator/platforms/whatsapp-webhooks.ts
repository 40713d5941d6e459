/** Webhook bodies as the WhatsApp Cloud API posts them. */
import type { JsonObject } from '../../core/model.ts';
import type { WebhookOptions } from '../types.ts';
import { type Context, remember } from './context.ts';

export const DEFAULT_PHONE_NUMBER_ID = '106540352242922';
const BUSINESS_PHONE = '15550783881';
const BUSINESS_ACCOUNT_ID = '102290129340398';

/** At least one of `phone` and `userId`: who has a username may be known by his BSUID only. */
export interface WhatsappCustomer {
  /** E.164, with or without +. */
  phone?: string;
  /** Business-scoped user id, e.g. `US.13491208655302741918`. */
  userId?: string;
  name?: string;
  username?: string;
}

interface Base {
  /** Id of the message that the action makes (`wamid.…`); default: a new one. */
  id?: string;
  /** When it happened, UTC milliseconds; default: now. */
  at?: number;
  /** Phone number id; default: that of the whole POST. */
  account?: string;
}

interface Said extends Base {
  customer: WhatsappCustomer;
  /** The message it replies to. */
  replyTo?: string;
  /** Said in this group (its id) and not in private. */
  group?: string;
}

export type WhatsappAction =
  | (Said & { kind: 'text'; text: string })
  /** A tapped reply button, or a row of a list. */
  | (Said & { kind: 'button'; buttonId: string; title: string })
  | (Said & { kind: 'list'; rowId: string; title: string; description?: string })
  /** A tapped quick reply of a template. */
  | (Said & { kind: 'template-button'; payload: string; title: string })
  | (Said & { kind: 'photo' | 'video'; caption?: string; mime?: string })
  | (Said & { kind: 'voice' | 'audio' | 'sticker' })
  | (Said & { kind: 'document'; name?: string; mime?: string; caption?: string })
  | (Said & { kind: 'location'; latitude: number; longitude: number; name?: string; address?: string })
  | (Said & { kind: 'contact'; phone: string; firstName: string })
  /** `emoji` empty: taken back. */
  | (Said & { kind: 'reaction'; messageId: string; emoji: string })
  /** Only on numbers that are also in the WhatsApp Business app, as the next. */
  | (Said & { kind: 'edit'; messageId: string; text: string })
  | (Said & { kind: 'delete'; messageId: string })
  /** A kind that the platform does not hand on. 131060: not available now. */
  | (Said & { kind: 'unsupported'; code?: 131051 | 131060; type?: string })
  /** The person has a new phone number, or a new BSUID. No profile comes with it. */
  | (Said & { kind: 'identity'; newPhone?: string; newUserId?: string })
  /** What became of a message of ours. The customer may be left out for one that was sent through this simulator. */
  | (Base & {
      kind: 'status';
      status: 'sent' | 'delivered' | 'read' | 'played' | 'failed';
      messageId: string;
      customer?: WhatsappCustomer;
      error?: { code: number; title: string; details?: string };
    })
  /** Written to the customer in the WhatsApp Business app; `automated`: by the app's or Meta's own automation. */
  | (Said & { kind: 'echo'; text: string; automated?: boolean });

/** Where a message of ours went. */
export interface SentTo {
  account: string;
  phone?: string;
  userId?: string;
  group?: string;
  /** `biz_opaque_callback_data`, given back in statuses. */
  data?: string;
}

interface Change {
  field: 'messages' | 'smb_message_echoes';
  array: 'messages' | 'statuses' | 'message_echoes';
  account: string;
  contacts: JsonObject[];
  item: JsonObject;
  id: string;
}

const digits = (phone: string): string => phone.replace(/\D/g, '');

function contactOf(customer: WhatsappCustomer): JsonObject {
  const { phone, userId, name, username } = customer;
  return {
    profile: { ...(name ? { name } : {}), ...(username ? { username } : {}) },
    ...(phone ? { wa_id: digits(phone) } : {}),
    ...(userId ? { user_id: userId } : {}),
  };
}

function mediaOf(mime: string, { ids, files }: Context): JsonObject {
  const id = `10${ids.next()}`;
  remember(files, id, mime);
  return { id, mime_type: mime, sha256: Buffer.from(ids.hex(32)).toString('base64') };
}

function unsupported(code: number, type: string): JsonObject {
  const title = code === 131060 ? 'Message currently unavailable' : 'Message type unknown';
  const details = code === 131060 ? 'This message is currently unavailable.' : 'Message type is not supported.';
  return {
    type: 'unsupported',
    unsupported: { type },
    errors: [{ code, title, message: title, error_data: { details } }],
  };
}

/** The type of a message and what lies under it. */
function contentOf(action: Exclude<WhatsappAction, { kind: 'status' }>, context: Context): JsonObject {
  const typed = (type: string, value: JsonObject): JsonObject => ({ type, [type]: value });
  const caption: JsonObject = 'caption' in action && action.caption ? { caption: action.caption } : {};
  switch (action.kind) {
    case 'text':
    case 'echo':
      return typed('text', { body: action.text });
    case 'button':
      return typed('interactive', { type: 'button_reply', button_reply: { id: action.buttonId, title: action.title } });
    case 'list': {
      const { rowId: id, title, description } = action;
      return typed('interactive', {
        type: 'list_reply',
        list_reply: { id, title, ...(description ? { description } : {}) },
      });
    }
    case 'template-button':
      return typed('button', { payload: action.payload, text: action.title });
    case 'photo':
      return typed('image', { ...mediaOf(action.mime ?? 'image/jpeg', context), ...caption });
    case 'video':
      return typed('video', { ...mediaOf(action.mime ?? 'video/mp4', context), ...caption });
    case 'voice':
      return typed('audio', { ...mediaOf('audio/ogg; codecs=opus', context), voice: true });
    case 'audio':
      return typed('audio', { ...mediaOf('audio/mpeg', context), voice: false });
    case 'sticker':
      return typed('sticker', { ...mediaOf('image/webp', context), animated: false });
    case 'document':
      return typed('document', {
        ...mediaOf(action.mime ?? 'application/pdf', context),
        filename: action.name ?? 'document.pdf',
        ...caption,
      });
    case 'location': {
      const { latitude, longitude, name, address } = action;
      return typed('location', { latitude, longitude, ...(name ? { name } : {}), ...(address ? { address } : {}) });
    }
    case 'contact': {
      const { firstName, phone } = action;
      const name = { formatted_name: firstName, first_name: firstName };
      return { type: 'contacts', contacts: [{ name, phones: [{ phone, wa_id: digits(phone), type: 'CELL' }] }] };
    }
    case 'reaction':
      return typed('reaction', { message_id: action.messageId, ...(action.emoji ? { emoji: action.emoji } : {}) });
    case 'edit':
      return typed('edit', {
        original_message_id: action.messageId,
        message: { context: { id: 'M0' }, type: 'text', text: { body: action.text } },
      });
    case 'delete':
      return typed('revoke', { original_message_id: action.messageId });
    case 'unsupported':
      return unsupported(action.code ?? 131051, action.type ?? 'poll_creation');
    case 'identity': {
      const { newPhone, newUserId } = action;
      return typed(
        'system',
        newUserId
          ? { body: 'User changed their user id', type: 'user_changed_user_id', user_id: newUserId }
          : { body: 'User changed their number', type: 'user_changed_number', wa_id: digits(newPhone ?? '') },
      );
    }
  }
}

function statusOf(action: Extract<WhatsappAction, { kind: 'status' }>, to: SentTo, timestamp: string): JsonObject {
  const { status, messageId, error } = action;
  const pricing = { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' };
  const { code, title, details } = error ?? { code: 131026, title: 'Message undeliverable' };
  return {
    id: messageId,
    status,
    timestamp,
    ...(to.group ? { recipient_type: 'group', recipient_id: to.group } : {}),
    ...(to.phone ? { [to.group ? 'recipient_participant_id' : 'recipient_id']: to.phone } : {}),
    ...(to.userId ? { recipient_user_id: to.userId } : {}),
    ...(to.data ? { biz_opaque_callback_data: to.data } : {}),
    ...(status === 'delivered' ? { pricing } : {}),
    ...(status === 'failed'
      ? { errors: [{ code, title, message: title, error_data: { details: details ?? title } }] }
      : {}),
  };
}

function changeOf(
  action: WhatsappAction,
  options: WebhookOptions,
  context: Context,
  sentTo: (messageId: string) => SentTo | undefined,
): Change {
  const timestamp = String(Math.floor((action.at ?? context.now()) / 1000));
  const account = action.account ?? options.account ?? DEFAULT_PHONE_NUMBER_ID;
  if (action.kind === 'status') {
    const known = sentTo(action.messageId);
    const { phone = known?.phone, userId = known?.userId } = action.customer ?? {};
    const to = { account, group: known?.group, data: known?.data, userId, phone: phone && digits(phone) };
    // A failure of a message that was addressed by phone comes without a profile and without BSUID.
    const bare = action.status === 'failed' && known?.phone !== undefined;
    const contacts = action.customer && !bare ? [contactOf(action.customer)] : [];
    const item = statusOf(action, bare ? { ...to, userId: undefined } : to, timestamp);
    return { field: 'messages', array: 'statuses', account, contacts, item, id: action.messageId };
  }
  const { customer } = action;
  const phone = customer.phone && digits(customer.phone);
  if (!phone && !customer.userId) throw new TypeError('A WhatsApp customer has a phone, a userId or both.');
  const id = action.id ?? context.ids.wamid(phone ?? customer.userId ?? '', action.kind === 'echo' ? 'out' : 'in');
  if (action.kind === 'echo') {
    const item = {
      from: BUSINESS_PHONE,
      ...(phone ? { to: phone } : {}),
      ...(customer.userId ? { to_user_id: customer.userId } : {}),
      id,
      timestamp,
      ...contentOf(action, context),
      ...(action.automated ? { message_creation_type: 'created_by_1p_bot' } : {}),
    };
    const contacts = [contactOf(customer)];
    return { field: 'smb_message_echoes', array: 'message_echoes', account, contacts, item, id };
  }
  const answers = action.kind === 'button' || action.kind === 'list' || action.kind === 'template-button';
  const item = {
    ...(action.replyTo ? { context: { from: answers ? account : BUSINESS_PHONE, id: action.replyTo } } : {}),
    ...(phone ? { from: phone } : {}),
    ...(customer.userId ? { from_user_id: customer.userId } : {}),
    ...(action.group ? { group_id: action.group } : {}),
    id,
    timestamp,
    ...contentOf(action, context),
  };
  const contacts = action.kind === 'identity' ? [] : [contactOf(customer)];
  return { field: 'messages', array: 'messages', account, contacts, item, id };
}

/** All actions as changes of one POST. @throws TypeError for a customer with neither phone nor BSUID. */
export function buildWhatsapp(
  actions: WhatsappAction[],
  options: WebhookOptions,
  context: Context,
  sentTo: (messageId: string) => SentTo | undefined,
): { payload: JsonObject; messageIds: string[] } {
  const changes = actions.map((action) => changeOf(action, options, context, sentTo));
  const payload = {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: BUSINESS_ACCOUNT_ID,
        changes: changes.map(({ field, array, account, contacts, item }) => ({
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: BUSINESS_PHONE, phone_number_id: account },
            ...(contacts.length > 0 ? { contacts } : {}),
            [array]: [item],
          },
          field,
        })),
      },
    ],
  };
  return { payload, messageIds: changes.map(({ id }) => id) };
}
